/**
 * A set of the properties of BIP 379, one bit for each letter:
 * - the basic type: `B` leaves a value on the stack, `V` nothing, `K` a key, `W` a value below the top one;
 * - correctness: `z` takes nothing from the stack, `o` one item, `n` a top item that is not zero; `d` can be dissatisfied
 *   without a signature; `u` leaves exactly 1;
 * - malleability: `e` has one dissatisfaction that nobody can change, `f` none without a signature, `s` needs a signature to
 *   be satisfied, `m` can be satisfied without being malleable;
 * - time locks: `g` relative time, `h` relative height, `i` absolute time, `j` absolute height; `k` no way to satisfy it
 *   mixes times and heights of one kind;
 * - `x`: a VERIFY behind it costs a byte, as its last opcode has no -VERIFY form.
 * Zero is no type at all: the expression is not valid.
 */
export type Properties = number

const LETTERS = 'BVKWzondufesmghijkx'

const sets = new Map<string, Properties>()

/** The set of the letters. */
export function properties(letters: string): Properties {
  let set = sets.get(letters)
  if (set === undefined) {
    set = [...letters].reduce((bits, letter) => bits | (1 << LETTERS.indexOf(letter)), 0)
    sets.set(letters, set)
  }
  return set
}

/** True if the set holds every one of the letters. */
export const hasAll = (set: Properties, letters: string): boolean => {
  const wanted = properties(letters)
  return (set & wanted) === wanted
}

/** True if the set holds one of the letters. */
export const hasAny = (set: Properties, letters: string): boolean => (set & properties(letters)) !== 0

/** Those of the letters that the set holds. */
export const keep = (set: Properties, letters: string): Properties => set & properties(letters)

/** The letters under a condition. */
export const given = (condition: boolean, letters: string): Properties => (condition ? properties(letters) : 0)
