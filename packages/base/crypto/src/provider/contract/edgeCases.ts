import { assert, concatBytes } from '@ply/bytes'
import type { CryptoProvider } from '@ply/ports'
import { nobleProvider } from '../noble.ts'
import { EDGES, same } from './contractCase.ts'

/** Operands at the edges of the group order and the field. */
export function edgeCases(provider: CryptoProvider): void {
  const g = nobleProvider.publicKeyFromSecret(EDGES[1]!)!
  const minusG = nobleProvider.publicKeyFromSecret(EDGES[3]!)!
  for (const edge of EDGES) {
    same(provider, 'publicKeyFromSecret at an edge', (p) => p.publicKeyFromSecret(edge))
    same(provider, 'pointMultiply at an edge', (p) => p.pointMultiply(g, edge))
    same(provider, 'ecdh at an edge', (p) => p.ecdh(edge, g))
    same(provider, 'pointAddScalar at an edge', (p) => p.pointAddScalar(g, edge))
    same(provider, 'pointAddScalar to nothing', (p) => p.pointAddScalar(minusG, edge))
    same(provider, 'ecdsaSign at an edge', (p) => p.ecdsaSign(edge, EDGES[2]!))
    same(provider, 'ecdsaSignRecoverable at an edge', (p) => p.ecdsaSignRecoverable(edge, EDGES[2]!))
    same(provider, 'ecdsaSignRecoverable with a key at an edge', (p) => p.ecdsaSignRecoverable(EDGES[1]!, edge))
    same(provider, 'ecdsaSign with a key at an edge', (p) => p.ecdsaSign(EDGES[1]!, edge))
    same(provider, 'schnorrSign with a key at an edge', (p) => p.schnorrSign(EDGES[1]!, edge, EDGES[0]!))
    same(provider, 'xOnlyTweakAdd at an edge', (p) => p.xOnlyTweakAdd(g.subarray(1), edge))
    same(provider, 'xOnlyTweakAdd of an edge', (p) => p.xOnlyTweakAdd(edge, EDGES[1]!))
    same(provider, 'isPublicKey of an edge', (p) => p.isPublicKey(concatBytes(Uint8Array.of(2), edge)))
    for (const s of EDGES) {
      const signature = concatBytes(edge, s)
      same(provider, 'ecdsaVerify at an edge', (p) => p.ecdsaVerify(EDGES[1]!, signature, g))
      for (let id = 0; id < 4; id++) {
        same(provider, 'ecdsaRecover at an edge', (p) => p.ecdsaRecover(EDGES[1]!, signature, id))
        same(provider, 'ecdsaRecover over an edge', (p) => p.ecdsaRecover(edge, concatBytes(EDGES[1]!, s), id))
      }
      same(provider, 'schnorrVerify at an edge', (p) => p.schnorrVerify(EDGES[1]!, signature, g.subarray(1)))
    }
  }
  same(provider, 'G − G', (p) => p.pointAdd(g, minusG))
}

/** Operands of every length that is wrong somewhere. */
export function malformed(provider: CryptoProvider): void {
  const g = nobleProvider.publicKeyFromSecret(EDGES[1]!)!
  for (const length of [0, 1, 31, 32, 33, 34, 63, 64, 65, 66, 100]) {
    const bytes = new Uint8Array(length).fill(2)
    same(provider, `isPublicKey of ${length} bytes`, (p) => p.isPublicKey(bytes))
    same(provider, `ecdsaVerify with a key of ${length} bytes`, (p) =>
      p.ecdsaVerify(EDGES[1]!, new Uint8Array(64), bytes),
    )
    same(provider, `ecdsaVerify of ${length} bytes`, (p) => p.ecdsaVerify(EDGES[1]!, bytes, g))
    same(provider, `schnorrVerify of ${length} bytes`, (p) => p.schnorrVerify(EDGES[1]!, bytes, g.subarray(1)))
    same(provider, `schnorrVerify with a key of ${length} bytes`, (p) =>
      p.schnorrVerify(EDGES[1]!, new Uint8Array(64), bytes),
    )
    same(provider, `ecdsaRecover of ${length} bytes`, (p) => p.ecdsaRecover(EDGES[1]!, bytes, 0))
    same(provider, `ecdsaRecover over ${length} bytes`, (p) => p.ecdsaRecover(bytes, new Uint8Array(64).fill(2), 0))
    same(provider, `ecdh with a key of ${length} bytes`, (p) => p.ecdh(EDGES[1]!, bytes))
    same(provider, `public key of ${length} bytes`, (p) => (length === 32 ? undefined : p.publicKeyFromSecret(bytes)))
  }
}

/** Where recovery has no answer: ids that do not exist, and a key at infinity. */
export function recovery(provider: CryptoProvider): void {
  const hash = EDGES[2]!
  const made = nobleProvider.ecdsaSignRecoverable(hash, EDGES[3]!)!
  for (const id of [-1, 4, 0.5, 255, NaN]) {
    same(provider, `ecdsaRecover with the id ${id}`, (p) => p.ecdsaRecover(hash, made.signature, id))
  }
  // With R = G and s = z the key is r⁻¹·(s·G − z·G): nothing.
  const g = nobleProvider.publicKeyFromSecret(EDGES[1]!)!
  const none = concatBytes(g.subarray(1), hash)
  const parity = g[0]! - 2
  same(provider, 'ecdsaRecover of infinity', (p) => p.ecdsaRecover(hash, none, parity))
  assert(provider.ecdsaRecover(hash, none, parity) === undefined, 'recovered a key at infinity')
}
