/* Nothing tells the two-way server that its SYN-ACK has arrived: it says it again when it is asked. */
RULE(established_syn_again, SYN && !ACK && !RST && SEG_SEQ == IRS, send_syn_ack())
#include "../rules/established.pml"
