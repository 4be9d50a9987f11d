/* RFC 9293 §3.10.8: the retransmission timeout; in ESTABLISHED data or a keep-alive, which say as much as their ACK. */
SAY(syn, state[me] == SYN_SENT, send_syn())
SAY(syn_ack, state[me] == SYN_RECEIVED, send_syn_ack())
SAY(ack, state[me] == ESTABLISHED, send_ack())
#if WAYS == 4
SAY(syn_again, state[me] == SYN_ACKED, send_syn())
#endif
