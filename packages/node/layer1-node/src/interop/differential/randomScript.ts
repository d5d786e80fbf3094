import { concatBytes } from '@ply/bytes'
import { createScript, OP_1, OP_16, OP_1NEGATE, OP_CHECKMULTISIG, OP_CHECKSIG, OP_NOP } from '@ply/script'
import type { Random } from '@ply/testkit'
import { KEYS } from './keys.ts'

/** One operation, most often one that means something. */
function randomOperation(random: Random): Uint8Array {
  const dice = random.next()
  if (dice < 0.3) return Uint8Array.of(OP_1 + random.below(OP_16 - OP_1 + 1))
  if (dice < 0.4) return createScript([random.bytes(random.pick([0, 1, 2, 4, 5, 20, 32, 33, 75, 76, 255, 520]))])
  if (dice < 0.43) return createScript([random.pick(KEYS).publicKey])
  if (dice < 0.46) return Uint8Array.of(random.pick([OP_CHECKSIG, OP_CHECKMULTISIG, OP_CHECKSIG + 1]))
  // A push that is longer than it need be.
  if (dice < 0.48) return Uint8Array.of(0x4c, 1, random.below(256))
  if (dice < 0.485) return random.pick([Uint8Array.of(0x4d, 255, 1), Uint8Array.of(0x4e, 9, 3, 0, 0)])
  if (dice < 0.97) return Uint8Array.of(OP_NOP + random.below(0xba - OP_NOP + 1))
  return Uint8Array.of(random.pick([OP_1NEGATE, 0x50, 0xba, 0xbb, 0xff, 0]))
}

/** A script that nobody would write; some can be spent. */
export function randomScript(random: Random): Uint8Array {
  const operations = Array.from({ length: 1 + random.below(12) }, () => randomOperation(random))
  if (random.chance(0.5)) operations.push(Uint8Array.of(OP_1))
  return concatBytes(...operations)
}

export function randomStack(random: Random): Uint8Array[] {
  const item = (): Uint8Array => random.pick([new Uint8Array(0), Uint8Array.of(1), random.bytes(random.below(6))])
  return Array.from({ length: random.below(5) }, item)
}
