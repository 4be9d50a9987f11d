/* What `spin -D` may set. */

/* How many packets a handshake has: 2, 3 or 4. */
#ifndef WAYS
#define WAYS 3
#endif

/* How many sequence numbers each host draws while the network does as it likes: its incarnations. At most 3. */
#ifndef DRAWS
#define DRAWS 2
#endif
/* The server, if fewer. */
#ifndef SERVER_DRAWS
#define SERVER_DRAWS DRAWS
#endif

/* The receive window. Drawn numbers are 2 apart: from 3 on, other incarnations' numbers lie in the window. */
#ifndef WINDOW
#define WINDOW 4
#endif

/* Old numbers lie above the new ones, and so in the window where it is large enough: 1. Below: 0. */
#ifndef FALLING
#define FALLING 0
#endif

/* Both may open actively and passively, and so simultaneously. */
#ifndef SIMULTANEOUS
#define SIMULTANEOUS 0
#endif

/* From every state the network may heal, once and for all. */
#ifndef HEAL
#define HEAL 1
#endif

/* How often someone has to speak up at most, and how many segments go to and fro each time at most. */
#ifndef ROUNDS
#define ROUNDS 2
#endif
#ifndef CROSSINGS
#if SIMULTANEOUS
#define CROSSINGS 5
#elif WAYS == 4
#define CROSSINGS 4
#else
#define CROSSINGS 3
#endif
#endif

/* Which properties are checked: bits, see properties.pml. */
#ifndef CHECKED
#define CHECKED (P_complete | P_agree | P_ghost | P_proven | P_killed | P_refused | P_stuck | P_storm)
#endif

#if WAYS == 2
#define LISTEN_RULES "two-way/listen.pml"
#define SYN_SENT_RULES "two-way/syn-sent.pml"
#define ESTABLISHED_RULES "two-way/established.pml"
#elif WAYS == 4
#define LISTEN_RULES "rules/listen.pml"
#define SYN_SENT_RULES "four-way/syn-sent.pml"
#else
#define LISTEN_RULES "rules/listen.pml"
#define SYN_SENT_RULES "rules/syn-sent.pml"
#endif

#ifndef ESTABLISHED_RULES
#define ESTABLISHED_RULES "rules/established.pml"
#endif
