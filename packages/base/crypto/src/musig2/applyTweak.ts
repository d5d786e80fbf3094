import { bigintFromBytesBE, err, ok, type Result } from '@ply/bytes'
import { CURVE_ORDER } from '../keys.ts'
import { keyAgg, type KeyAggContext } from './keyAgg.ts'
import { addPoints, hasEvenY, modOrder, multiplyBase, negatePoint } from './point.ts'
import type { MusigViolation } from './violation.ts'

/** A tweak of 32 bytes: `plain` as BIP 32 derives keys, `xonly` as BIP 341 commits to scripts. */
export interface MusigTweak {
  readonly tweak: Uint8Array
  readonly mode: 'plain' | 'xonly'
}

/** BIP 327 ApplyTweak. Violations: `tweak-out-of-range`, `tweaked-key-infinite`. */
export function applyTweak(context: KeyAggContext, { tweak, mode }: MusigTweak): Result<KeyAggContext, MusigViolation> {
  const scalar = bigintFromBytesBE(tweak)
  if (tweak.length !== 32 || scalar >= CURVE_ORDER) return err({ code: 'tweak-out-of-range' })
  const negate = mode === 'xonly' && !hasEvenY(context.publicKey)
  const factor = negate ? -1n : 1n
  const publicKey = addPoints(
    negate ? negatePoint(context.publicKey) : context.publicKey,
    scalar === 0n ? undefined : multiplyBase(scalar),
  )
  if (!publicKey) return err({ code: 'tweaked-key-infinite' })
  return ok({
    publicKey,
    parityFactor: modOrder(factor * context.parityFactor),
    tweak: modOrder(scalar + factor * context.tweak),
  })
}

/** KeyAgg, then every tweak in turn; violations of both. */
export function keyAggAndTweak(
  publicKeys: readonly Uint8Array[],
  tweaks: readonly MusigTweak[],
): Result<KeyAggContext, MusigViolation> {
  let context = keyAgg(publicKeys)
  for (const tweak of tweaks) {
    if (!context.ok) return context
    context = applyTweak(context.value, tweak)
  }
  return context
}
