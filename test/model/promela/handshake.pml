/*
 * The handshake of RFC 9293: two hosts that use one pair of addresses and ports over and over, and a network that does
 * everything a network can do. See ../model.md for what is shown; `node test/model/run.mjs` runs it.
 *
 * What a host does with a segment is in rules/: a RULE is a name, a guard and an effect, and the first whose guard holds
 * is the one. ../checker/ reads the same files to follow real runs.
 */
#include "parameters.pml"
#include "state.pml"
#include "properties.pml"
#include "network.pml"
#include "actions.pml"

/* A segment has arrived: the first rule that fits is what happens. */
#define RULE(name, guard, effect) \
  if :: (guard) -> printf("rule "); printf(#name); printf("\n"); effect; goto arrived :: else fi;

/* What a host, or its app, does of itself: any of those that it may. */
#define CALL(name, guard, effect) \
  :: (guard) -> printf("call "); printf(#name); printf(" %d\n", me); effect; goto quiet

/* What a host says, and says again until it is answered. */
#define SAY(name, guard, effect) \
  if :: (guard) -> printf("say "); printf(#name); printf(" %d\n", me); effect; goto said :: else fi;

active proctype world() {
turn:
  atomic {
    if
    :: me = A
    :: me = B
    fi;
    if
    :: net[me] != 0 -> pick(); goto arrives
#include "rules/calls.pml"
    :: goto speaks
#if HEAL
    :: heal(); goto round
#endif
    fi;

    /* From here on nothing is lost, and nothing old is under way: how long until nobody is stuck? */
round:
    if
    :: SETTLED -> goto settled
    :: else -> next_round()
    fi;
    if
    :: HAS_TO_SAY(A) -> me = A
    :: HAS_TO_SAY(B) -> me = B
    fi;
speaks:
#include "rules/says.pml"
    goto quiet;
said:
    if
    :: healed -> goto answers
    :: else -> goto quiet
    fi;
answers:
    if
    :: wire ? me, flags, seg_seq, seg_ack -> crossings++; CHECK(storm, crossings <= CROSSINGS)
    :: empty(wire) -> goto round
    fi;

arrives:
    printf("arrive %d %d %d %d\n", me, flags, seg_seq, seg_ack);
    was_agreed = AGREED;
process:
    if
    :: state[me] == CLOSED ->
#include "rules/closed.pml"
    :: state[me] == LISTEN ->
#include LISTEN_RULES
    :: state[me] == SYN_SENT ->
#include SYN_SENT_RULES
    :: state[me] == SYN_RECEIVED ->
#include "rules/syn-received.pml"
    :: state[me] == ESTABLISHED ->
#include ESTABLISHED_RULES
#if WAYS == 4
    :: state[me] == SYN_ACKED ->
#include "four-way/syn-acked.pml"
#endif
    fi;
    /* A segment for which there is no rule. */
    CHECK(complete, false);

arrived:
    CHECK(killed, !was_agreed || AGREED);
    if
    :: healed -> printf("now %d %d %d %d\n", me, state[me], iss[me], irs[me]); goto answers
    :: else
    fi;
quiet:
    printf("now %d %d %d %d\n", me, state[me], iss[me], irs[me]);
    CHECK(agree, !BOTH_ESTABLISHED || AGREED);
    CHECK(reached, !AGREED);
    tidy();
    goto turn;

settled:
    forget_everything();
  }
}
