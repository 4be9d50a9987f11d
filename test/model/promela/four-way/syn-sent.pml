/* The four-way handshake. First: the ACK. */
RULE(syn_sent_stale_rst, ACK && SEG_ACK != SND_NXT && RST, ignore())
RULE(syn_sent_stale_ack, ACK && SEG_ACK != SND_NXT, send_rst(SEG_ACK))
/* Second: RST. */
RULE(syn_sent_refused, RST && ACK, refused())
RULE(syn_sent_rst, RST, ignore())
/* Our SYN has arrived. Which SYN of the peer belongs to that, the ACK's own number says: it is one above. */
RULE(syn_sent_ack, ACK, expect(); become(SYN_ACKED))
/* The peer's SYN is ahead of its ACK: it comes again. */
RULE(syn_sent_other, true, ignore())
