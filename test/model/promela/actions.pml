/* The words that effects are made of. ../checker/effects.ts has the same words over real segments. */

inline ignore() { skip }

inline send_syn() { put(F_SYN, ISS, 0) }
inline send_ack() { put(F_ACK, SND_NXT, RCV_NXT) }
#if WAYS == 4
/* The four-way handshake says in two packets what others say in one. */
inline send_syn_ack() { send_ack(); send_syn() }
#else
inline send_syn_ack() { put(F_SYN + F_ACK, ISS, RCV_NXT) }
#endif
/* As send_ack, but it is limited: once in a while, and then in silence. RFC 5961 §7. The while is a round. */
inline challenge() {
  if
  :: challenged[me] -> skip
  :: else -> challenged[me] = healed; send_ack()
  fi
}
inline send_rst(number) { put(F_RST, number, 0) }
inline send_rst_ack(number) { remember_refusal(); put(F_RST + F_ACK, 0, number) }

/* A fresh initial sequence number. When none is left the segment was lost: the model ends here, not the protocol. */
inline draw() {
  if
  :: healed || CAN_DRAW
  :: else -> goto arrived
  fi;
  iss[me] = NUMBER(drawn[me]);
  drawn[me]++
}

/* The peer's initial sequence number is learned. */
inline hear() { irs[me] = SEG_SEQ }

inline become(new_state) {
  state[me] = new_state;
  printf("becomes %d %d %d %d\n", me, state[me], iss[me], irs[me]);
  if
  :: new_state == SYN_RECEIVED || new_state == ESTABLISHED -> remember()
  :: else
  fi
}

inline open_actively() { opener[me] = 1 }

/* The connection is no more: a listener listens again. */
inline forget() {
  state[me] = (opener[me] -> CLOSED : LISTEN);
  iss[me] = 0; irs[me] = 0; opener[me] = 0
}

inline reboot() {
  state[me] = CLOSED;
  iss[me] = 0; irs[me] = 0; opener[me] = 0
}

/* The segment is looked at once more, in the state that is now. */
inline again() { goto process }

inline refused() { CHECK(refused, healed || (has_refused[PEER] & (1 << NTH(ISS)))); forget() }

/* The number of the peer's SYN, by the ACK that it has sent right behind. Only in the four-way handshake. */
inline expect() { irs[me] = SEG_SEQ - 1 }
