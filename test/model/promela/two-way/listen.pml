/* The two-way handshake: the SYN alone makes a connection. */
RULE(listen_rst, RST, ignore())
RULE(listen_ack, ACK, send_rst(SEG_ACK))
RULE(listen_syn, SYN, draw(); hear(); become(ESTABLISHED); send_syn_ack())
RULE(listen_other, true, ignore())
