const C1 = 0xcc9e2d51
const C2 = 0x1b873593

const rotateLeft = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits))

const scramble = (word: number): number => Math.imul(rotateLeft(Math.imul(word, C1), 15), C2)

/** MurmurHash3 (x86, 32 bits), the hash of BIP 37: an unsigned number of 32 bits. Anybody can find collisions. */
export function murmurHash3(seed: number, data: Uint8Array): number {
  let hash = seed | 0
  const whole = data.length & ~3
  for (let i = 0; i < whole; i += 4) {
    const word = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24)
    hash = Math.imul(rotateLeft(hash ^ scramble(word), 13), 5) + 0xe6546b64
  }
  let rest = 0
  for (let i = data.length - 1; i >= whole; i--) rest = (rest << 8) | data[i]!
  hash ^= scramble(rest) ^ data.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
