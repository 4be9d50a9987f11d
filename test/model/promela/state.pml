/* What a host knows: A is the client, B the server. */
#define A 0
#define B 1

#define CLOSED 0
#define LISTEN 1
#define SYN_SENT 2
#define SYN_RECEIVED 3
#define ESTABLISHED 4
/* Only in the four-way handshake: the peer has acknowledged our SYN, and its own is to come. */
#define SYN_ACKED 5

byte state[2];
byte iss[2];
byte irs[2];
/* It has begun the connection: "active open". */
bit opener[2];
/* How many sequence numbers it has drawn. A reboot does not draw them again. */
byte drawn[2];
#define CAN_DRAW (drawn[me] < (me == A -> DRAWS : SERVER_DRAWS))

/* The host whose turn it is. */
byte me;
#define PEER (1 - me)

/* What the rules speak of: the host's numbers, RFC 9293 §3.3.1. There is no data, so nothing is between them. */
#define ISS iss[me]
#define IRS irs[me]
#define SND_NXT (iss[me] + 1)
#define RCV_NXT (irs[me] + 1)
#define ACTIVE (opener[me])

/* And the segment's. */
#define F_SYN 1
#define F_ACK 2
#define F_RST 4
byte flags;
byte seg_seq;
byte seg_ack;
#define SYN (flags & F_SYN)
#define ACK (flags & F_ACK)
#define RST (flags & F_RST)
#define SEG_SEQ seg_seq
#define SEG_ACK seg_ack
#define SEG_LEN (flags & F_SYN)
#define IN_WINDOW (SEG_SEQ >= RCV_NXT && SEG_SEQ < RCV_NXT + WINDOW)

/* Sequence numbers: NUMBER(0) is the first that is drawn. The peer sees only equal, different, in the window or not. */
#define FIRST 12
#if FALLING
#define NUMBER(draw) (FIRST + 2 * (DRAWS - 1 - (draw)))
#else
#define NUMBER(draw) (FIRST + 2 * (draw))
#endif
/* Which of the numbers it is, 0 to DRAWS-1; that of ISS+1 is the same. */
#define NTH(number) (((number) - FIRST) / 2)

#define IS_SYNCHRONIZED(host) (state[host] == SYN_RECEIVED || state[host] == ESTABLISHED)
#define IS_OPEN(host) (state[host] > LISTEN)
#define BOTH_ESTABLISHED (state[A] == ESTABLISHED && state[B] == ESTABLISHED)
#define AGREED (BOTH_ESTABLISHED && iss[A] == irs[B] && iss[B] == irs[A])
/* Nobody believes in a connection that the other does not have, or is still on the way to one. */
#define SETTLED (AGREED || (!IS_OPEN(A) && !IS_OPEN(B)))
#define HAS_TO_SAY(host) IS_OPEN(host)
