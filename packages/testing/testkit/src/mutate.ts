import { concatBytes } from '@ply/bytes'
import type { Random } from './random.ts'

/** Bytes that decoders look at twice: lengths of lengths, signs, ends. */
const EDGES = [0, 1, 0x4c, 0x7f, 0x80, 0xfc, 0xfd, 0xfe, 0xff]

function edit(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1)
  const [before, rest] = [bytes.subarray(0, at), bytes.subarray(at)]
  const few = random.below(9)
  switch (random.below(6)) {
    case 0:
      return before.slice()
    case 1:
      return concatBytes(before, random.bytes(few), rest)
    case 2:
      return concatBytes(before, rest.subarray(few))
    case 3:
      return concatBytes(before, rest.subarray(0, few), rest)
    default: {
      const copy = bytes.slice()
      if (at < copy.length) copy[at] = random.chance(0.5) ? random.pick(EDGES) : copy[at]! ^ (1 << random.below(8))
      return copy
    }
  }
}

/** One of `seeds` with up to four bytes or stretches of it changed, left out, put in or doubled; seldom, anything. */
export function mutateBytes(random: Random, seeds: readonly Uint8Array[]): Uint8Array {
  if (random.chance(0.05)) return random.bytes(random.below(200))
  let bytes = random.pick(seeds)
  for (let edits = 1 + random.below(4); edits > 0; edits--) bytes = edit(random, bytes)
  return bytes
}

/** The same for text. `pieces` are put in; what means something to the reader serves best. */
export function mutateText(random: Random, seeds: readonly string[], pieces: readonly string[]): string {
  let text = random.chance(0.05) ? '' : random.pick(seeds)
  for (let edits = 1 + random.below(4); edits > 0; edits--) {
    const at = random.below(text.length + 1)
    const put = random.chance(0.7) ? random.pick(pieces) : String.fromCharCode(random.below(300))
    text = text.slice(0, at) + (random.chance(0.7) ? put : '') + text.slice(at + random.below(6))
  }
  return text
}
