import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
})
afterAll(() => node.remove())

describe.skipIf(!hasVectors)(hasVectors ? "Bitcoin Core's rpc_decodescript.json" : missingReason, () => {
  const cases = hasVectors ? (readVectorJson('bitcoin-core/rpc_decodescript.json') as [string, unknown][]) : []
  test.each(cases)('%s', async (script, expected) => {
    expect(await node.json('decodescript', script)).toEqual(expected)
  })
})

const KEYS = [
  '03789ed0bb717d88f7d321a368d905e7430207ebbd82bd342cf11ae157a7ace5fd',
  '03dbc6764b8884a92e871274b87583e6d5c2a58819473e17e107ef3f6aa5a61626',
]
const XPUB =
  'tpubD6NzVbkrYhZ4WaWSyoBvQwbpLkojyoTZPRsgXELWz3Popb3qkjcJyJUGLnL4qHHoQvao8ESaAstxYSnhyswJ76uZPStJRJCTKvosUCJZL5B'

test('what cannot be wrapped is not', async () => {
  // A push of more than 520 bytes, an opcode that is not there, and one of tapscript.
  for (const script of [`4d0902${'00'.repeat(521)}`, 'ff', 'ba', '80']) {
    expect(await node.json('decodescript', script)).not.toHaveProperty('p2sh')
  }
})

test('createmultisig makes addresses of all kinds, and says what they are', async () => {
  for (const [type, prefix, form] of [
    ['legacy', '2', 'sh(multi('],
    ['p2sh-segwit', '2', 'sh(wsh(multi('],
    ['bech32', 'bcrt1q', 'wsh(multi('],
  ] as const) {
    const made = (await node.json('createmultisig', 2, KEYS, type)) as Record<string, string>
    expect(made['address']!.startsWith(prefix) && made['descriptor']!.startsWith(form)).toBe(true)
    expect(await node.json('deriveaddresses', made['descriptor']!)).toEqual([made['address']])
    expect(made['warnings']).toBeUndefined()
  }
  expect(await node.failure('createmultisig', 3, KEYS)).toContain('not enough keys supplied (got 2 keys')
  expect(await node.failure('createmultisig', 0, KEYS)).toContain('must require at least one key')
  expect(await node.failure('createmultisig', 1, ['zz'])).toContain('Pubkey "zz" must be a hex string')
  expect(await node.failure('createmultisig', 1, ['00'])).toContain('must have a length of either 33 or 65 bytes')
  expect(await node.failure('createmultisig', 1, KEYS, 'bech32m')).toContain('cannot create bech32m')
})

test('a multipath descriptor is expanded (BIP 389)', async () => {
  const info = (await node.json('getdescriptorinfo', `wpkh(${XPUB}/<0;1>/*)`)) as Record<string, string[]>
  expect(info['multipath_expansion']).toHaveLength(2)
  expect(info['descriptor']).toBe(info['multipath_expansion']![0])
  const checksum = String(info['checksum'])
  const derived = (await node.json('deriveaddresses', `wpkh(${XPUB}/<0;1>/*)#${checksum}`, 1)) as string[][]
  expect(derived.map((list) => list.length)).toEqual([2, 2])
  expect(new Set(derived.flat()).size).toBe(4)
})

test('miniscript is understood, and what is not sane refused', async () => {
  expect(await node.json('getdescriptorinfo', `wsh(and_v(v:pk(${KEYS[0]!}),older(10)))`)).toMatchObject({
    issolvable: true,
    isrange: false,
  })
  expect(await node.failure('getdescriptorinfo', `wsh(or_d(pk(${KEYS[0]!}),1))`)).toContain(
    'is not sane: witnesses without signature exist',
  )
})

test('validateaddress shows where an address is wrong', async () => {
  expect(await node.json('validateaddress', 'bcrt1q049edschfnwystcqnsvyfpj23mpsg3jcedq9xv')).toEqual({
    isvalid: false,
    error_locations: [9],
    error: 'Invalid Bech32 checksum',
  })
  expect(await node.json('validateaddress', 'bcrt1pfeesnyr2tx')).toMatchObject({ isscript: true, iswitness: true })
})

test('messages are signed with a key and verified with its address', async () => {
  const wif = 'cUeKHd5orzT3mz8P9pxyREHfsWtVfgsfDjiZZBcjUBAaGk1BTj7N'
  const address = 'mpLQjfK79b7CCV4VMJWEWAj5Mpx8Up5zxB'
  const message = 'This is just a test message'
  const signature = 'INbVnW4e6PeRmsv2Qgu8NuopvrVjkcxob+sX8OcZG0SALhWybUjzMLPdAsXI46YZGb0KQTRii+wWIQzRpG/U+S0='
  expect(await node.json('signmessagewithprivkey', wif, message)).toBe(signature)
  expect(await node.json('verifymessage', address, signature, message)).toBe(true)
  expect(await node.json('verifymessage', address, signature, 'another')).toBe(false)
  expect(await node.failure('verifymessage', 'invalid_addr', signature, message)).toContain('Invalid address')
  expect(await node.failure('verifymessage', address, 'invalid_sig', message)).toContain('Malformed base64 encoding')
  expect(await node.failure('signmessagewithprivkey', 'invalid', message)).toContain('Invalid private key')
})
