/* What must hold. Each is checked where its bit is in CHECKED. */

/* Every segment has a rule in every state. */
#define P_complete 1
/* If both hosts are ESTABLISHED, each has the other's initial sequence number. */
#define P_agree 2
/* Nobody becomes ESTABLISHED with an incarnation that is gone and has never heard of it. */
#define P_ghost 4
/* Whoever becomes ESTABLISHED knows that the peer has heard both numbers. */
#define P_proven 8
/* No segment ends a connection on which both agree. */
#define P_killed 16
/* An attempt to connect is refused only by a peer that has answered this very SYN with a RST. */
#define P_refused 32
/* When the network has healed, nobody is stuck: see `next_round`. */
#define P_stuck 64
/* What one segment causes comes to an end: at most CROSSINGS segments. */
#define P_storm 256
/* Not to hold: that nobody ever connects. Its counter-example is the shortest handshake. */
#define P_reached 128

#define CHECK(name, holds) \
  if :: ((CHECKED & P_ ## name) && !(holds)) -> printf("violated "); printf(#name); printf("\n"); assert(false) \
  :: else fi

/* The past, which no host knows, as sets of pairs of numbers, or of numbers. It has held both numbers together. */
short has_held[2];
/* It has answered this number's SYN with a RST. */
byte has_refused[2];
bit was_agreed;

#define PAIR(own, other) (1 << (NTH(own) * DRAWS + NTH(other)))
#define PEER_HAS_HELD (has_held[PEER] & PAIR(irs[me], iss[me]))

/* Called when `me` has both numbers: in SYN_RECEIVED and ESTABLISHED. */
inline remember() {
  if
  :: healed
  :: else ->
     has_held[me] = has_held[me] | PAIR(iss[me], irs[me]);
     if
     :: state[me] == ESTABLISHED ->
        CHECK(ghost, PEER_HAS_HELD || (IS_OPEN(PEER) && iss[PEER] == irs[me]));
        CHECK(proven, PEER_HAS_HELD)
     :: else
     fi
  fi
}

inline remember_refusal() {
  if
  :: !healed && SYN -> has_refused[me] = has_refused[me] | (1 << NTH(SEG_SEQ))
  :: else
  fi
}

/* The world has been seen to its end. */
inline forget_everything() {
  state[A] = 0; state[B] = 0; iss[A] = 0; iss[B] = 0; irs[A] = 0; irs[B] = 0; opener[A] = 0; opener[B] = 0;
  drawn[A] = 0; drawn[B] = 0; net[A] = 0; net[B] = 0; healed = 0; rounds = 0; crossings = 0; challenged[A] = 0; challenged[B] = 0;
  has_held[A] = 0; has_held[B] = 0; has_refused[A] = 0; has_refused[B] = 0;
  tidy()
}
