/* RFC 9293 §3.10.7.2 */
RULE(listen_rst, RST, ignore())
RULE(listen_ack, ACK, send_rst(SEG_ACK))
RULE(listen_syn, SYN, draw(); hear(); become(SYN_RECEIVED); send_syn_ack())
RULE(listen_other, true, ignore())
