import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { type BlockHash, REGTEST } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import { coin, createTx } from '../test/fakeNode.ts'
import { type Command, decodeMessage, encodeMessage, isKnownCommand, type Message } from './message.ts'
import { NETWORK_IPV4, NETWORK_IPV6, NETWORK_TORV3 } from './netAddress.ts'

const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const endpoint = { services: 9n, ip: new Uint8Array(16).fill(1), port: 8333 }
const time = 1_700_000_000
const ipv4 = { time, services: 1n, network: NETWORK_IPV4, address: Uint8Array.of(10, 0, 0, 1), port: 8333 }
const ipv6 = { time, services: 1n, network: NETWORK_IPV6, address: new Uint8Array(16).fill(7), port: 18444 }
const tor = { time, services: 1033n, network: NETWORK_TORV3, address: hash(9), port: 1 }
const items = [
  { type: 1, hash: hash(1) },
  { type: 0x40000002, hash: hash(2) },
]
const locator = { locator: [hash(3), hash(4)] as BlockHash[], stop: hash(0) as BlockHash }

const SAMPLES: { readonly [C in Command]: Extract<Message, { command: C }> } = {
  version: {
    command: 'version',
    version: 70016,
    services: 1033n,
    time: BigInt(time),
    receiver: endpoint,
    sender: endpoint,
    nonce: 0x1122334455667788n,
    userAgent: '/Ply:0.1.0/',
    startHeight: 7,
    relay: true,
  },
  verack: { command: 'verack' },
  ping: { command: 'ping', nonce: 1n },
  pong: { command: 'pong', nonce: 2n ** 64n - 1n },
  getaddr: { command: 'getaddr' },
  addr: { command: 'addr', addresses: [ipv4, ipv6] },
  sendheaders: { command: 'sendheaders' },
  inv: { command: 'inv', items },
  getdata: { command: 'getdata', items },
  notfound: { command: 'notfound', items: [] },
  getheaders: { command: 'getheaders', ...locator },
  headers: { command: 'headers', headers: [REGTEST.genesis.header] },
  getblocks: { command: 'getblocks', ...locator },
  block: { command: 'block', block: REGTEST.genesis },
  tx: { command: 'tx', tx: createTx([coin(1)]) },
  mempool: { command: 'mempool' },
  feefilter: { command: 'feefilter', feeRate: 100n },
  wtxidrelay: { command: 'wtxidrelay' },
  sendaddrv2: { command: 'sendaddrv2' },
  addrv2: { command: 'addrv2', addresses: [ipv4, ipv6, tor] },
  sendcmpct: { command: 'sendcmpct', announce: 0, version: 2n },
  cmpctblock: {
    command: 'cmpctblock',
    header: REGTEST.genesis.header,
    nonce: 2n ** 63n,
    shortIds: [1, 2 ** 48 - 1],
    prefilled: [{ skip: 0, tx: createTx([coin(2)]) }],
  },
  getblocktxn: { command: 'getblocktxn', hash: hash(5) as BlockHash, indexes: [0, 1, 300, 65535] },
  blocktxn: { command: 'blocktxn', hash: hash(6) as BlockHash, transactions: [createTx([coin(3)])] },
  feature: { command: 'feature', feature: { id: hash(0x61).subarray(0, 4), data: hash(1) } },
  sendtxrcncl: { command: 'sendtxrcncl', version: 1, salt: 7n },
  filterload: { command: 'filterload', data: hash(1), hashFunctions: 19, tweak: 2 ** 32 - 1, flags: 1 },
  filteradd: { command: 'filteradd', data: hash(2) },
  filterclear: { command: 'filterclear' },
  merkleblock: {
    command: 'merkleblock',
    header: REGTEST.genesis.header,
    transactionCount: 1,
    hashes: [hash(1)],
    bits: [true, false, false, false, false, false, false, false],
  },
  getcfilters: { command: 'getcfilters', filterType: 0, startHeight: 7, stop: hash(1) as BlockHash },
  getcfheaders: { command: 'getcfheaders', filterType: 0, startHeight: 8, stop: hash(2) as BlockHash },
  getcfcheckpt: { command: 'getcfcheckpt', filterType: 0, stop: hash(3) as BlockHash },
  cfilter: { command: 'cfilter', filterType: 0, block: hash(4) as BlockHash, filter: Uint8Array.of(1, 2, 3) },
  cfheaders: {
    command: 'cfheaders',
    filterType: 0,
    stop: hash(5) as BlockHash,
    previousHeader: hash(6),
    hashes: [hash(7), hash(8)],
  },
  cfcheckpt: { command: 'cfcheckpt', filterType: 0, stop: hash(9) as BlockHash, headers: [hash(1)] },
}

describe('message codecs', () => {
  it.each(Object.values(SAMPLES))('$command survives a round trip', (message) => {
    expect(unwrap(decodeMessage(message.command, encodeMessage(message)))).toEqual(message)
  })

  it('writes the fields where the protocol has them', () => {
    expect(bytesToHex(encodeMessage(SAMPLES.sendcmpct))).toBe('000200000000000000')
    expect(bytesToHex(encodeMessage({ command: 'inv', items: [{ type: 5, hash: hash(0xab) }] }))).toBe(
      '0105000000' + 'ab'.repeat(32),
    )
    expect(bytesToHex(encodeMessage({ command: 'addr', addresses: [{ ...ipv4, time: 1 }] }))).toBe(
      '01' + '01000000' + '0100000000000000' + '00000000000000000000ffff0a000001' + '208d',
    )
  })

  it('reads a version message that ends after the receiver', () => {
    const whole = encodeMessage(SAMPLES.version)
    expect(unwrap(decodeMessage('version', whole.slice(0, 46)))).toMatchObject({
      userAgent: '',
      relay: true,
      nonce: 1n,
    })
    expect(decodeMessage('version', whole.slice(0, 45)).ok).toBe(false)
  })

  it('shows of a user agent only what does no harm', () => {
    const hostile = encodeMessage({ ...SAMPLES.version, userAgent: '/x\u001b[31m\n<b>\u202e:1.0/' })
    expect(unwrap(decodeMessage('version', hostile))).toMatchObject({ userAgent: '/x31mb:1.0/' })
  })

  it('ignores what later versions append', () => {
    expect(unwrap(decodeMessage('ping', hexToBytes('0100000000000000ffff')))).toEqual(SAMPLES.ping)
  })

  it('stops at a list over its limit before it reads it', () => {
    for (const [command, over] of [
      ['inv', 'fd51c3'],
      ['headers', 'fdd107'],
      ['addr', 'fde903'],
      ['addrv2', 'fde903'],
    ] as const) {
      const decoded = decodeMessage(command, hexToBytes(over))
      expect(decoded).toMatchObject({ ok: false, error: { code: 'too-many-items' } })
    }
    expect(decodeMessage('getheaders', hexToBytes('8011010066'))).toMatchObject({ error: { code: 'too-many-items' } })
  })

  it('refuses an address of the wrong length', () => {
    expect(decodeMessage('addrv2', hexToBytes('0100000000010105000000000000'))).toMatchObject({
      error: { code: 'bad-address-length' },
    })
  })

  it('does not take a name of Object for a command', () => {
    expect(['toString', 'constructor', '__proto__', ''].some(isKnownCommand)).toBe(false)
  })

  it('gives a value or a named error for any bytes', () => {
    const random = createRandom(1)
    for (const sample of Object.values(SAMPLES)) {
      const valid = encodeMessage(sample)
      for (let run = 0; run < 300; run++) {
        const bytes = run % 2 === 0 ? random.bytes(random.below(200)) : valid.slice(0, random.below(valid.length + 1))
        for (let i = 0; i < 3 && bytes.length > 0; i++) bytes[random.below(bytes.length)] = random.below(256)
        const decoded = decodeMessage(sample.command, bytes)
        if (!decoded.ok) expect(decoded.error.name).toBe('DecodeError')
        else expect(decoded.value.command).toBe(sample.command)
      }
    }
  })
})
