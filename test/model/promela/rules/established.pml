/* RFC 9293 §3.10.7.4 in ESTABLISHED. First: the sequence number. */
RULE(established_blind_rst, !IN_WINDOW && RST, ignore())
RULE(established_outside, !IN_WINDOW, challenge())
/* Second: RST. RFC 5961 §3.2. */
RULE(established_rst, RST && SEG_SEQ == RCV_NXT, forget())
RULE(established_near_rst, RST, challenge())
/* Fourth: SYN. RFC 5961 §4.2. */
RULE(established_syn, SYN, challenge())
/* Fifth: the ACK. Of what was sent, or not: RFC 5961 §5.2. Nothing is sent here but the SYN. */
RULE(established_no_ack, !ACK, ignore())
RULE(established_ack, SEG_ACK == SND_NXT, ignore())
RULE(established_stale_ack, true, challenge())
