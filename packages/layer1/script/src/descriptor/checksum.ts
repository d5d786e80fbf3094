// BIP 380: the character set of descriptors, ordered so that likely slips change few symbols,
// and a BCH code over 5-bit symbols in the manner of bech32.
const INPUT_CHARSET =
  "0123456789()[],'/*abcdefgh@:$%{}" + 'IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~' + 'ijklmnopqrstuvwxyzABCDEFGH`#"\\ '
const CHECKSUM_CHARSET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATOR = [0xf5dee51989n, 0xa9fdca3312n, 0x1bab10e32dn, 0x3706b1677an, 0x644d626ffdn]

const NO_POSITION = 255
/** Where a character stands in the set, by its code. */
const POSITION = new Uint8Array(128).fill(NO_POSITION)
for (let i = 0; i < INPUT_CHARSET.length; i++) POSITION[INPUT_CHARSET.charCodeAt(i)] = i

// The checksum has 40 bits, which are kept in two halves: numbers of 32 bits are much faster than larger ones.
const HALF = 20
const MASK = (1 << HALF) - 1
/** What the five bits that fall out at the top bring in below, for each half. */
const HIGH = new Int32Array(32)
const LOW = new Int32Array(32)
for (let top = 0; top < 32; top++) {
  const sum = GENERATOR.reduce((total, generator, bit) => ((top >> bit) & 1 ? total ^ generator : total), 0n)
  HIGH[top] = Number(sum >> BigInt(HALF))
  LOW[top] = Number(sum) & MASK
}

class Polymod {
  high = 0
  low = 1

  add(symbol: number): void {
    const { high, low } = this
    const top = high >> (HALF - 5)
    this.high = (((high << 5) & MASK) | (low >> (HALF - 5))) ^ HIGH[top]!
    this.low = (((low << 5) & MASK) | symbol) ^ LOW[top]!
  }
}

/** The eight-character checksum of a descriptor (BIP 380); undefined for a character that no descriptor has. */
export function computeDescriptorChecksum(descriptor: string): string | undefined {
  const checksum = new Polymod()
  let group = 0
  let count = 0
  for (let i = 0; i < descriptor.length; i++) {
    const position = POSITION[descriptor.charCodeAt(i)] ?? NO_POSITION
    if (position === NO_POSITION) return undefined
    checksum.add(position & 31)
    group = group * 3 + (position >> 5)
    if (++count === 3) {
      checksum.add(group)
      group = 0
      count = 0
    }
  }
  if (count > 0) checksum.add(group)
  for (let i = 0; i < 8; i++) checksum.add(0)
  checksum.low ^= 1
  const codes: number[] = []
  for (const half of [checksum.high, checksum.low]) {
    for (let shift = HALF - 5; shift >= 0; shift -= 5) codes.push(CHECKSUM_CHARSET.charCodeAt((half >> shift) & 31))
  }
  return String.fromCharCode(...codes)
}
