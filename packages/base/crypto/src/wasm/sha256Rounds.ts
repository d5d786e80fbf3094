// SHA-256's compression alone, on words: a miner hashes the same 64 bytes and paddings over and over, and a general
// hash function would prepare them each time.

/** The first 32 bits of the fraction of `root` of the first primes: the constants of FIPS 180-4. */
function fractions(count: number, root: (prime: number) => number): Int32Array {
  const words = new Int32Array(count)
  let found = 0
  for (let candidate = 2; found < count; candidate++) {
    let isPrime = true
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) isPrime = false
    if (isPrime) words[found++] = (root(candidate) % 1) * 0x100000000
  }
  return words
}

/** The constants of the 64 rounds. */
export const ROUND_CONSTANTS: Readonly<Int32Array> = fractions(64, Math.cbrt)
/** The state that every SHA-256 begins with. */
export const INITIAL_STATE: Readonly<Int32Array> = fractions(8, Math.sqrt)

/** Word `i` (16 to 63) of a block's schedule, from those before. */
export function scheduleWord(schedule: Int32Array, i: number): number {
  const w15 = schedule[i - 15]!
  const w2 = schedule[i - 2]!
  const s0 = ((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3)
  const s1 = ((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10)
  return (schedule[i - 16]! + s0 + schedule[i - 7]! + s1) | 0
}

/** Rounds `from` to `to` over `state`, without the addition that ends a compression. */
export function compressRounds(
  state: Int32Array,
  schedule: Int32Array,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  let a = state[0]!
  let b = state[1]!
  let c = state[2]!
  let d = state[3]!
  let e = state[4]!
  let f = state[5]!
  let g = state[6]!
  let h = state[7]!
  for (let i = from; i < to; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[i]! + schedule[i]!) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] = a
  state[1] = b
  state[2] = c
  state[3] = d
  state[4] = e
  state[5] = f
  state[6] = g
  state[7] = h
}

const ALL_ROUNDS = { from: 0, to: 64 }
const before = new Int32Array(8)

/** Mixes one block into `state`; of the 64 words of `schedule` the first 16 are the block, the others scratch. */
export function compress(state: Int32Array, schedule: Int32Array): void {
  for (let i = 16; i < 64; i++) schedule[i] = scheduleWord(schedule, i)
  before.set(state)
  compressRounds(state, schedule, ALL_ROUNDS)
  for (let i = 0; i < 8; i++) state[i] = (state[i]! + before[i]!) | 0
}
