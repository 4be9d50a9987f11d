/* The peer has our SYN, and its own is to come: the one that its ACK belongs to. Nothing of it can be acknowledged yet. */
RULE(syn_acked_syn, SYN && !ACK && !RST && SEG_SEQ == IRS, become(ESTABLISHED); send_ack())
RULE(syn_acked_stale_ack, ACK && !RST && SEG_ACK != SND_NXT, send_rst(SEG_ACK))
RULE(syn_acked_refused, RST && ACK && SEG_ACK == SND_NXT, refused())
/* It has begun anew with our SYN. */
RULE(syn_acked_ack, ACK && !RST, expect())
RULE(syn_acked_rst, RST && SEG_SEQ == RCV_NXT, forget())
RULE(syn_acked_other, true, ignore())
