/* RFC 9293 §3.10.7.1 */
RULE(closed_rst, RST, ignore())
RULE(closed_ack, ACK, send_rst(SEG_ACK))
RULE(closed_other, true, send_rst_ack(SEG_SEQ + SEG_LEN))
