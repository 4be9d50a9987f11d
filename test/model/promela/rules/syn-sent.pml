/* RFC 9293 §3.10.7.3. First: the ACK. */
RULE(syn_sent_stale_rst, ACK && SEG_ACK != SND_NXT && RST, ignore())
RULE(syn_sent_stale_ack, ACK && SEG_ACK != SND_NXT, send_rst(SEG_ACK))
/* Second: RST. */
RULE(syn_sent_refused, RST && ACK, refused())
RULE(syn_sent_rst, RST, ignore())
/* Fourth: SYN. */
RULE(syn_sent_syn_ack, SYN && ACK, hear(); become(ESTABLISHED); send_ack())
RULE(syn_sent_syn, SYN, hear(); become(SYN_RECEIVED); send_syn_ack())
/* Fifth. */
RULE(syn_sent_other, true, ignore())
