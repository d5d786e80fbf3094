import { expect, test } from 'vitest'
import { bytesToHex, hexToBytes } from '@ply/bytes'
import {
  checkFeatureDependencies,
  checkFeatures,
  decodeFeatures,
  encodeFeatures,
  featureBits,
  featuresInContext,
  hasFeature,
  isNegotiated,
  requiresFeature,
} from './features.ts'
import { decodeNodeAddresses, encodeNodeAddresses } from './nodeAddress.ts'

test('bit fields are big-endian and shortest', () => {
  expect([...decodeFeatures(hexToBytes('0000401001'))].sort((a, b) => a - b)).toEqual([0, 12, 22])
  expect(bytesToHex(encodeFeatures([22, 12]))).toBe('401000')
  expect(encodeFeatures([])).toEqual(new Uint8Array(0))
})

test('names, optional and compulsory', () => {
  const local = featureBits({ option_anchors: 'optional', option_static_remotekey: 'compulsory' })
  expect([...local].sort((a, b) => a - b)).toEqual([12, 23])
  expect(hasFeature(local, 'option_anchors')).toBe(true)
  expect(requiresFeature(local, 'option_anchors')).toBe(false)
  expect(isNegotiated(local, new Set([22]), 'option_anchors')).toBe(true)
  expect(isNegotiated(local, new Set(), 'option_anchors')).toBe(false)
  expect(isNegotiated(local, new Set(), 'option_static_remotekey')).toBe(true)
})

test('an even bit that is unknown or not ours is a violation, an odd one is not', () => {
  const ours = featureBits({ option_anchors: 'optional' })
  expect(checkFeatures(new Set([22, 12, 101, 29]), ours)).toEqual({ ok: true, value: undefined })
  expect(checkFeatures(new Set([100]), ours)).toEqual({
    ok: false,
    error: { code: 'unknown-required-feature', bit: 100 },
  })
  expect(checkFeatures(new Set([28]), ours)).toEqual({
    ok: false,
    error: { code: 'unknown-required-feature', bit: 28 },
  })
})

test('dependencies', () => {
  expect(checkFeatureDependencies(featureBits({ basic_mpp: 'optional' })).ok).toBe(true)
  expect(checkFeatureDependencies(featureBits({ option_zeroconf: 'optional' }))).toEqual({
    ok: false,
    error: { code: 'missing-feature-dependency', feature: 'option_zeroconf', dependency: 'option_scid_alias' },
  })
})

test('contexts', () => {
  const bits = featureBits({ option_payment_metadata: 'optional', option_anchors: 'optional', basic_mpp: 'optional' })
  expect([...featuresInContext(bits, '9')].sort((a, b) => a - b)).toEqual([17, 49])
})

test('node addresses', () => {
  const addresses = [
    { type: 'dns', host: 'example.com', port: 9735 },
    { type: 'ipv4', host: Uint8Array.of(127, 0, 0, 1), port: 9736 },
  ] as const
  const encoded = encodeNodeAddresses(addresses)
  expect(bytesToHex(encoded)).toBe('017f0000012608' + '050b6578616d706c652e636f6d2607')
  expect(decodeNodeAddresses(encoded)).toEqual([addresses[1], addresses[0]])
  expect(decodeNodeAddresses(hexToBytes('017f0000012608' + 'ff00'))).toEqual([addresses[1]])
  expect(decodeNodeAddresses(hexToBytes('0505'))).toEqual([])
})
