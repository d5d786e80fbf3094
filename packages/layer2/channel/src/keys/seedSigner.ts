import { assert, bytesToHex, concatBytes, utf8ToBytes } from '@ply/bytes'
import { ecdsaSign, hmacSha256, publicKeyFromSecret } from '@ply/crypto'
import type { ChannelPublicKeys } from '../parameters.ts'
import { deriveRevocationSecretKey, deriveSecretKey } from './derivation.ts'
import { generateFromSeed, secretIndexOf } from './perCommitmentSecret.ts'
import type { ChannelSigner, SigningKey } from './signer.ts'

interface ChannelSecrets {
  readonly funding: Uint8Array
  readonly revocation: Uint8Array
  readonly payment: Uint8Array
  readonly delayed: Uint8Array
  readonly htlc: Uint8Array
  readonly shachainSeed: Uint8Array
  readonly publicKeys: ChannelPublicKeys
}

/** How many channels' keys and tweaked keys are kept ready. */
const CACHE_SIZE = 1024

function publicKey(secretKey: Uint8Array): Uint8Array {
  const key = publicKeyFromSecret(secretKey)
  assert(key !== undefined, 'secret key out of range')
  return key
}

function deriveChannelSecrets(seed: Uint8Array, keysId: Uint8Array): ChannelSecrets {
  const secret = (role: string): Uint8Array => hmacSha256(seed, concatBytes(utf8ToBytes(`ply channel ${role}`), keysId))
  const secrets = {
    funding: secret('funding'),
    revocation: secret('revocation'),
    payment: secret('payment'),
    delayed: secret('delayed payment'),
    htlc: secret('htlc'),
  }
  return {
    ...secrets,
    shachainSeed: secret('per-commitment'),
    publicKeys: {
      fundingPubkey: publicKey(secrets.funding),
      revocationBasepoint: publicKey(secrets.revocation),
      paymentBasepoint: publicKey(secrets.payment),
      delayedPaymentBasepoint: publicKey(secrets.delayed),
      htlcBasepoint: publicKey(secrets.htlc),
    },
  }
}

/** A map that forgets its oldest entry when it is full. */
function remember<T>(cache: Map<string, T>, key: string, compute: () => T): T {
  const known = cache.get(key)
  if (known !== undefined) return known
  const value = compute()
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value!)
  cache.set(key, value)
  return value
}

/** A signer whose every secret comes from one 32-byte seed: the same seed and `keysId` give the same channel again. */
export function createSeedSigner(seed: Uint8Array): ChannelSigner {
  assert(seed.length === 32, 'a channel seed has 32 bytes')
  const channels = new Map<string, ChannelSecrets>()
  const tweaked = new Map<string, Uint8Array>()
  const perCommitment = new Map<string, { secret: Uint8Array; point: Uint8Array }>()
  const secretsOf = (keysId: Uint8Array): ChannelSecrets =>
    remember(channels, bytesToHex(keysId), () => deriveChannelSecrets(seed, keysId))

  function secretKeyOf(keysId: Uint8Array, key: SigningKey): Uint8Array {
    const secrets = secretsOf(keysId)
    const { publicKeys } = secrets
    switch (key.role) {
      case 'funding':
        return secrets.funding
      case 'payment':
        return secrets.payment
      case 'delayed':
      case 'htlc': {
        const basepoint = key.role === 'htlc' ? publicKeys.htlcBasepoint : publicKeys.delayedPaymentBasepoint
        return remember(tweaked, `${bytesToHex(basepoint)}${bytesToHex(key.perCommitmentPoint)}`, () =>
          deriveSecretKey(secrets[key.role], basepoint, key.perCommitmentPoint),
        )
      }
      case 'revocation':
        return deriveRevocationSecretKey({
          revocationBasepointSecret: secrets.revocation,
          revocationBasepoint: publicKeys.revocationBasepoint,
          perCommitmentSecret: key.perCommitmentSecret,
          perCommitmentPoint: publicKey(key.perCommitmentSecret),
        })
    }
  }

  // A commitment's point is asked for when it is announced, its secret when it is revoked two commitments later.
  const perCommitmentOf = (keysId: Uint8Array, number: number): { secret: Uint8Array; point: Uint8Array } =>
    remember(perCommitment, `${bytesToHex(keysId)}${number}`, () => {
      const secret = generateFromSeed(secretsOf(keysId).shachainSeed, secretIndexOf(number))
      return { secret, point: publicKey(secret) }
    })

  return {
    publicKeys: (keysId) => secretsOf(keysId).publicKeys,
    perCommitmentPoint: (keysId, number) => perCommitmentOf(keysId, number).point,
    perCommitmentSecret: (keysId, number) => perCommitmentOf(keysId, number).secret,
    sign(keysId, key, hash) {
      const signature = ecdsaSign(hash, secretKeyOf(keysId, key))
      assert(signature !== undefined, 'secret key out of range')
      return signature
    },
  }
}
