/* RFC 9293 §3.10.7.4 in SYN-RECEIVED. Before all: the peer's SYN again, alone or with the ACK that we wait for (§3.5, Figure 7). */
RULE(syn_received_syn_again, SYN && !ACK && !RST && SEG_SEQ == IRS, send_syn_ack())
RULE(syn_received_syn_ack, ACTIVE && SYN && ACK && !RST && SEG_SEQ == IRS && SEG_ACK == SND_NXT, become(ESTABLISHED))
RULE(syn_received_syn_stale_ack, ACTIVE && SYN && ACK && !RST && SEG_SEQ == IRS, send_rst(SEG_ACK))
/* First: the sequence number. */
RULE(syn_received_blind_rst, !IN_WINDOW && RST, ignore())
RULE(syn_received_outside_bare, !IN_WINDOW && !SEG_LEN, challenge())
RULE(syn_received_outside, !IN_WINDOW, challenge())
/* Second: RST. RFC 5961 §3.2. */
RULE(syn_received_rst, RST && SEG_SEQ == RCV_NXT, forget())
RULE(syn_received_near_rst, RST, challenge())
/* Fourth: SYN. After a passive open it begins anew; after an active one, RFC 5961 §4.2. */
RULE(syn_received_new_syn, SYN && !ACTIVE, forget(); again())
RULE(syn_received_syn, SYN, challenge())
/* Fifth: the ACK. */
RULE(syn_received_no_ack, !ACK, ignore())
RULE(syn_received_stale_ack, SEG_ACK != SND_NXT, send_rst(SEG_ACK))
RULE(syn_received_ack, true, become(ESTABLISHED))
