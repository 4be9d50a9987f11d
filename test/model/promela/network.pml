/*
 * The network: the set of all segments that were ever sent to a host. Any of them may arrive at any time, any number of
 * times, or never. That is loss, duplication, delay, reordering, and replay from every earlier incarnation, all at once;
 * a retransmission adds nothing to the set. A bit each.
 */
int net[2];

/* When it has healed, it is a wire: what is sent arrives, once and in order. */
bit healed;
byte rounds;
byte crossings;
bit challenged[2];
chan wire = [4] of { byte, byte, byte, byte };

#define SYN_AT 0
#define SYN_ACK_AT (DRAWS)
#define ACK_AT (SYN_ACK_AT + DRAWS * DRAWS)
#define RST_AT (ACK_AT + DRAWS * DRAWS)
#define RST_ACK_AT (RST_AT + DRAWS)
#define KINDS (RST_ACK_AT + DRAWS)
#if DRAWS > 3
#error "a set has 32 bits"
#endif

byte at;

#define BOTH(seq, ack) (NTH(seq) * DRAWS + NTH(ack))

/* The host whose turn it is sends <SEQ=seq><ACK=ack><CTL=kind>. */
inline put(kind, seq, ack) {
  printf("send %d %d %d %d\n", me, kind, seq, ack);
  if
  :: healed -> wire ! PEER, kind, seq, ack
  :: else ->
     if
     :: kind == F_SYN -> at = SYN_AT + NTH(seq)
     :: kind == F_SYN + F_ACK -> at = SYN_ACK_AT + BOTH(seq, ack)
     :: kind == F_ACK -> at = ACK_AT + BOTH(seq, ack)
     :: kind == F_RST -> at = RST_AT + NTH(seq)
     :: kind == F_RST + F_ACK -> at = RST_ACK_AT + NTH(ack)
     fi;
     net[PEER] = net[PEER] | (1 << at)
  fi
}

#define NUMBER_AT(nth) (FIRST + 2 * (nth))

/* Any segment of the set, as flags, seg_seq and seg_ack. */
inline pick() {
  at = 0;
  do
  :: net[me] & (1 << at) -> break
  :: (net[me] >> (at + 1)) != 0 -> at++
  od;
  if
  :: at < SYN_ACK_AT -> flags = F_SYN; seg_seq = NUMBER_AT(at)
  :: at >= SYN_ACK_AT && at < ACK_AT ->
     flags = F_SYN + F_ACK; seg_seq = NUMBER_AT((at - SYN_ACK_AT) / DRAWS); seg_ack = NUMBER_AT((at - SYN_ACK_AT) % DRAWS) + 1
  :: at >= ACK_AT && at < RST_AT ->
     flags = F_ACK; seg_seq = NUMBER_AT((at - ACK_AT) / DRAWS) + 1; seg_ack = NUMBER_AT((at - ACK_AT) % DRAWS) + 1
  :: at >= RST_AT && at < RST_ACK_AT -> flags = F_RST; seg_seq = NUMBER_AT(at - RST_AT) + 1
  :: at >= RST_ACK_AT -> flags = F_RST + F_ACK; seg_ack = NUMBER_AT(at - RST_ACK_AT) + 1
  fi
}

inline heal() {
  healed = 1;
  printf("heals\n")
}

#define WAITS_FOR_TIME(host) (state[host] == SYN_RECEIVED && IS_SYNCHRONIZED(1 - host))

/*
 * Someone speaks up, whoever it is, and all answer until there is nothing to say. One case needs time: what is half-open
 * by an old SYN, beside what is ESTABLISHED with an incarnation that is gone, or half-open by an old SYN itself. Neither
 * believes the other's numbers, and no segment between them is one that a RST answers, until a half-open one is given
 * up. Then ROUNDS rounds more.
 */
inline next_round() {
  if
  :: rounds == ROUNDS && (WAITS_FOR_TIME(A) || WAITS_FOR_TIME(B)) ->
     printf("time passes\n");
     if :: WAITS_FOR_TIME(A) -> me = A :: WAITS_FOR_TIME(B) -> me = B fi;
     forget();
     rounds++
  :: else
  fi;
  CHECK(stuck, rounds != ROUNDS && rounds != 2 * ROUNDS + 1);
  rounds++;
  crossings = 0; challenged[A] = 0; challenged[B] = 0
}

/* What lies about between two turns would only make states differ that are the same. */
inline tidy() {
  me = 0; at = 0; flags = 0; seg_seq = 0; seg_ack = 0; was_agreed = 0
}
