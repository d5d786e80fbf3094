import { activeProvider, installProvider } from '@ply/crypto'
import type { CryptoProvider } from '@ply/ports'

/** What takes the time of a multiplication on the curve, or of finding a point there: the rest is a matter of hashing. */
const CURVE_OPERATIONS = [
  'ecdsaVerify',
  'ecdsaSign',
  'ecdsaSignRecoverable',
  'ecdsaRecover',
  'schnorrVerify',
  'schnorrSign',
  'publicKeyFromSecret',
  'isPublicKey',
  'pointAdd',
  'pointMultiply',
  'ecdh',
  'pointAddScalar',
  'xOnlyTweakAdd',
] as const satisfies readonly (keyof CryptoProvider)[]

/** How often each operation on the curve is asked for while something runs; those that are not are left out. */
export function countCurveOperations(run: () => void): Readonly<Record<string, number>> {
  const provider = activeProvider()
  const counts: Record<string, number> = {}
  const counting: Record<string, unknown> = {}
  for (const name of CURVE_OPERATIONS) {
    const operation = provider[name].bind(provider) as (...args: unknown[]) => unknown
    counting[name] = (...args: unknown[]): unknown => {
      counts[name] = (counts[name] ?? 0) + 1
      return operation(...args)
    }
  }
  installProvider({ ...provider, ...counting })
  try {
    run()
  } finally {
    installProvider(provider)
  }
  return counts
}
