/* RFC 9293 §3.10.1: active OPEN. The server makes one only with SIMULTANEOUS. */
CALL(connect, state[me] == CLOSED && (me == A || SIMULTANEOUS) && CAN_DRAW, draw(); open_actively(); become(SYN_SENT); send_syn())
/* §3.10.1: passive OPEN. */
CALL(listen, state[me] == CLOSED && (me == B || SIMULTANEOUS), become(LISTEN))
/* §3.10.5: ABORT. */
CALL(abort, state[me] == SYN_RECEIVED || state[me] == ESTABLISHED, send_rst(SND_NXT); forget())
/* §3.10.8: the user timeout, or that of a half-open connection. */
CALL(give_up, IS_OPEN(me), forget())
/* §3.5.1: a crash, with loss of memory. */
CALL(reboot, state[me] != CLOSED, reboot())
