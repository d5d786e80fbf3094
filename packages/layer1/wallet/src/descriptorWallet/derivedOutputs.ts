import type { Result } from '@ply/bytes'
import { type DerivationViolation, type DerivedOutput, deriveOutputs, type Descriptor } from '@ply/script'

type Derived = Result<readonly DerivedOutput[], DerivationViolation>

/** Indexes of one descriptor whose outputs are remembered: beyond, the oldest are derived again. */
const REMEMBERED = 1000

/** Goes with the descriptor: secret keys are forgotten with the key ring's own, when that is locked. */
const remembered = new WeakMap<Descriptor, Map<number, Derived>>()

/**
 * What {@link deriveOutputs} gives. Every question about a coin (what it weighs, who can sign it, how it is described)
 * asks for the same output, and each derivation takes multiplications on the curve.
 */
export function deriveRemembered(descriptor: Descriptor, index: number): Derived {
  let known = remembered.get(descriptor)
  if (!known) remembered.set(descriptor, (known = new Map<number, Derived>()))
  let derived = known.get(index)
  if (!derived) {
    derived = deriveOutputs(descriptor, index)
    const [oldest] = known.keys()
    if (oldest !== undefined && known.size >= REMEMBERED) known.delete(oldest)
    known.set(index, derived)
  }
  return derived
}
