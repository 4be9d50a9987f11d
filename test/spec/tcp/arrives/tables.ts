/*
 * RFC 9293 §3.10.7.4 as tables: what each segment does, wherever it lies, in each state.
 *
 * A row is a kind of segment; `data` has 10 bytes. A column is where its first sequence number lies:
 *
 *   left      20 before RCV.NXT: all of it is old
 *   across    1 before RCV.NXT: data lies across the left edge; without data all is old (a keep-alive; the last FIN)
 *   edge      RCV.NXT
 *   inside    100 behind RCV.NXT: there is a hole before it
 *   last      the last number of the window
 *   beyond    the first number behind the window
 *
 * A cell says what is answered, why it was dropped and counted so, by how much RCV.NXT advances, and the next state:
 *
 *   -         nothing
 *   A         an ACK: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, at once, with the window as it is
 *   D         the same, 40 ms later. §3.8.6.3
 *   S         SYN and ACK
 *   R         <SEQ=SEG.ACK><CTL=RST>
 *   :window   OUT_OF_WINDOW      :blind  RESET_BLIND      :syn    SYN_IN_WINDOW
 *   :no-ack   NO_ACK             :ack    ACK_UNACCEPTABLE :guard  RESET_TIME_WAIT
 *   +10       RCV.NXT advances by 10
 *   >CLOSED   the next state; >* is where the peer's FIN leads from here: CLOSE-WAIT, CLOSING or TIME-WAIT
 *   *         TIME-WAIT begins anew
 */

/**
 * The states in which data can still come, the window open. Table 6 for what is acceptable; RFC 5961 §3.2 for RST, §4.2
 * for SYN. Choices: what came with a hole before it is kept and answered at once (SHLD-31, MAY-13), but a FIN behind a
 * hole is not remembered. A SYN outside the window is counted as out of it: the answer is the same.
 */
export const RECEIVING: string[] = [
  //                left       across     edge       inside     last       beyond
  'RST           |  -:blind    -:blind    ->CLOSED   A:blind    A:blind    -:blind  ',
  'RST data      |  -:blind    -:blind    ->CLOSED   A:blind    A:blind    -:blind  ',
  'SYN           |  A:window   A:window   A:syn      A:syn      A:syn      A:window ',
  'SYN data      |  A:window   A:syn      A:syn      A:syn      A:syn      A:window ',
  'ACK           |  A:window   A:window   -          -          -          A:window ',
  'ACK data      |  A:window   D+9        D+10       A          A          A:window ',
  'FIN,ACK       |  A:window   A:window   A+1>*      A          A          A:window ',
  'FIN,ACK data  |  A:window   A+10>*     A+11>*     A          A          A:window ',
  'none          |  A:window   A:window   -:no-ack   -:no-ack   -:no-ack   A:window ',
  'none data     |  A:window   -:no-ack   -:no-ack   -:no-ack   -:no-ack   A:window ',
];

/**
 * The same, the window closed. "Special allowance should be made to accept valid ACKs, URGs, and RSTs". Choices: all that
 * begins at RCV.NXT is looked at, but its data is not taken and answered at once (§3.8.6.1); a FIN needs no room.
 */
export const RECEIVING_CLOSED: string[] = [
  //                left       across     edge       beyond
  'RST           |  -:blind    -:blind    ->CLOSED   -:blind  ',
  'RST data      |  -:blind    -:blind    ->CLOSED   -:blind  ',
  'SYN           |  A:window   A:window   A:syn      A:window ',
  'SYN data      |  A:window   A:window   A:syn      A:window ',
  'ACK           |  A:window   A:window   -          A:window ',
  'ACK data      |  A:window   A:window   A          A:window ',
  'FIN,ACK       |  A:window   A:window   A+1>*      A:window ',
  'FIN,ACK data  |  A:window   A:window   A          A:window ',
  'none          |  A:window   A:window   -:no-ack   A:window ',
  'none data     |  A:window   A:window   -:no-ack   A:window ',
];

/**
 * Behind the peer's FIN. "This should not occur since a FIN has been received from the remote side. Ignore the segment
 * text." Choice: nor is a second FIN, behind the first, taken or answered; the first, when it comes again, is old.
 */
export const AFTER_FIN: string[] = [
  //                left       across     edge       inside     last       beyond
  'RST           |  -:blind    -:blind    ->CLOSED   A:blind    A:blind    -:blind  ',
  'RST data      |  -:blind    -:blind    ->CLOSED   A:blind    A:blind    -:blind  ',
  'SYN           |  A:window   A:window   A:syn      A:syn      A:syn      A:window ',
  'SYN data      |  A:window   A:syn      A:syn      A:syn      A:syn      A:window ',
  'ACK           |  A:window   A:window   -          -          -          A:window ',
  'ACK data      |  A:window   -          -          -          -          A:window ',
  'FIN,ACK       |  A:window   A:window   -          -          -          A:window ',
  'FIN,ACK data  |  A:window   -          -          -          -          A:window ',
  'none          |  A:window   A:window   -:no-ack   -:no-ack   -:no-ack   A:window ',
  'none data     |  A:window   -:no-ack   -:no-ack   -:no-ack   -:no-ack   A:window ',
];

/** The same, the window closed. Choice: what begins at RCV.NXT is looked at for its ACK, as above. */
export const AFTER_FIN_CLOSED: string[] = [
  //                left       across     edge       beyond
  'RST           |  -:blind    -:blind    ->CLOSED   -:blind  ',
  'RST data      |  -:blind    -:blind    ->CLOSED   -:blind  ',
  'SYN           |  A:window   A:window   A:syn      A:window ',
  'SYN data      |  A:window   A:window   A:syn      A:window ',
  'ACK           |  A:window   A:window   -          A:window ',
  'ACK data      |  A:window   A:window   -          A:window ',
  'FIN,ACK       |  A:window   A:window   -          A:window ',
  'FIN,ACK data  |  A:window   A:window   -          A:window ',
  'none          |  A:window   A:window   -:no-ack   A:window ',
  'none data     |  A:window   A:window   -:no-ack   A:window ',
];

/**
 * SYN-RECEIVED by simultaneous open. Whatever is acceptable and acknowledges our SYN makes it ESTABLISHED. Choices: the
 * peer's SYN once more (across: IRS) says that it has not heard ours, which is sent again; and data that comes with the
 * ACK is acknowledged at once.
 */
export const SYN_RECEIVED: string[] = [
  //                left       across           edge             inside          last            beyond
  'RST           |  -:blind    -:blind          ->CLOSED         A:blind         A:blind         -:blind  ',
  'RST data      |  -:blind    -:blind          ->CLOSED         A:blind         A:blind         -:blind  ',
  'SYN           |  A:window   S                A:syn            A:syn           A:syn           A:window ',
  'SYN data      |  A:window   S                A:syn            A:syn           A:syn           A:window ',
  'ACK           |  A:window   A:window         ->ESTABLISHED    ->ESTABLISHED   ->ESTABLISHED   A:window ',
  'ACK data      |  A:window   A+9>ESTABLISHED  A+10>ESTABLISHED A>ESTABLISHED   A>ESTABLISHED   A:window ',
  'FIN,ACK       |  A:window   A:window         A+1>CLOSE-WAIT   A>ESTABLISHED   A>ESTABLISHED   A:window ',
  'FIN,ACK data  |  A:window   A+10>CLOSE-WAIT  A+11>CLOSE-WAIT  A>ESTABLISHED   A>ESTABLISHED   A:window ',
  'none          |  A:window   A:window         -:no-ack         -:no-ack        -:no-ack        A:window ',
  'none data     |  A:window   -:no-ack         -:no-ack         -:no-ack        -:no-ack        A:window ',
  'unsent        |  A:window   A:window         R:ack            R:ack           R:ack           A:window ',
];

/** Our FIN is acknowledged: from FIN-WAIT-1. */
export const FIN_WAIT_1_ENDS: string[] = [
  //                left       across            edge               inside         last           beyond
  'ACK           |  A:window   A:window          ->FIN-WAIT-2       ->FIN-WAIT-2   ->FIN-WAIT-2   A:window ',
  'ACK data      |  A:window   D+9>FIN-WAIT-2    D+10>FIN-WAIT-2    A>FIN-WAIT-2   A>FIN-WAIT-2   A:window ',
  'FIN,ACK       |  A:window   A:window          A+1>TIME-WAIT      A>FIN-WAIT-2   A>FIN-WAIT-2   A:window ',
  'FIN,ACK data  |  A:window   A+10>TIME-WAIT    A+11>TIME-WAIT     A>FIN-WAIT-2   A>FIN-WAIT-2   A:window ',
];
/** From CLOSING, to TIME-WAIT; from LAST-ACK, to CLOSED: >*. */
export const BOTH_END: string[] = [
  //                left       across     edge    inside  last    beyond
  'ACK           |  A:window   A:window   ->*     ->*     ->*     A:window ',
  'ACK data      |  A:window   ->*        ->*     ->*     ->*     A:window ',
  'FIN,ACK       |  A:window   A:window   ->*     ->*     ->*     A:window ',
  'FIN,ACK data  |  A:window   ->*        ->*     ->*     ->*     A:window ',
];

/**
 * TIME-WAIT, with a listener on the port. Choices: RST is ignored (RFC 1337); a SYN above the last number begins anew (MAY-2);
 * an entry keeps no window, so all but RCV.NXT is outside; what has no ACK, or takes up no number, is not answered (RFC 5961 §7).
 */
export const TIME_WAIT: string[] = [
  //                left       across     edge       inside           last             beyond
  'RST           |  -:guard    -:guard    -:guard    -:guard          -:guard          -:guard         ',
  'RST data      |  -:guard    -:guard    -:guard    -:guard          -:guard          -:guard         ',
  'SYN           |  A:syn      A:syn      A:syn      S>SYN-RECEIVED   S>SYN-RECEIVED   S>SYN-RECEIVED  ',
  'SYN data      |  A:syn      A:syn      A:syn      S>SYN-RECEIVED   S>SYN-RECEIVED   S>SYN-RECEIVED  ',
  'ACK           |  -          -          -          -                -                -               ',
  'ACK data      |  A:window   A:window   A:window   A:window         A:window         A:window        ',
  'FIN,ACK       |  A:window   A:window*  A:window   A:window         A:window         A:window        ',
  'FIN,ACK data  |  A:window   A:window   A:window   A:window         A:window         A:window        ',
  'none          |  -:no-ack   -:no-ack   -:no-ack   -:no-ack         -:no-ack         -:no-ack        ',
  'none data     |  -:no-ack   -:no-ack   -:no-ack   -:no-ack         -:no-ack         -:no-ack        ',
];
