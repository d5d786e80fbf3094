import { setFlagsFromString } from 'node:v8'

/** How much more than it needs the heap may hold before it is cleaned up. */
const GROWTH_PERCENT = 50

/**
 * Makes the engine clean up its old generation earlier than it would by itself: connecting blocks makes much that
 * lives for a second, and the engine would let that pile up to four times what is needed. Costs a few percent of
 * processor time and saves a third of the memory. To be called by a program, not by a library, at its start.
 */
export const boundHeapGrowth = (): void => {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
}
