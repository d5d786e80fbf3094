import { bytesToHex } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { encodeWif, REGTEST } from '@ply/primitives'
import type { Json, JsonObject } from '@ply/rpc'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OPEN_ADDRESS, TestNode } from '../../test/testNode.ts'

const SECRETS = [1, 2, 3].map((seed) => new Uint8Array(32).fill(seed))
const WIFS = SECRETS.map((secretKey) => encodeWif({ secretKey, compressed: true }, REGTEST))
const KEYS = SECRETS.map((secret) => bytesToHex(publicKeyFromSecret(secret)!))

interface Signed {
  readonly hex: string
  readonly complete: boolean
  readonly errors?: readonly { readonly error: string }[]
}
interface Coin {
  readonly txid: string
  readonly vout: number
  readonly address: string
  readonly scriptPubKey: string
  readonly amount: number
}

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
})
afterAll(() => node.remove())

const sign = (...params: Json[]): Promise<Signed> =>
  node.json('signrawtransactionwithkey', ...params) as Promise<Signed>

async function addressOf(descriptor: string): Promise<string> {
  const { checksum } = (await node.json('getdescriptorinfo', descriptor)) as { checksum: string }
  return ((await node.json('deriveaddresses', `${descriptor}#${checksum}`)) as string[])[0]!
}

/** A mature coin of an address. */
async function mineTo(address: string): Promise<Coin> {
  const [block] = (await node.json('generatetoaddress', 1, address)) as string[]
  await node.mine(100)
  const { tx } = (await node.json('getblock', block!, 2)) as {
    tx: { txid: string; vout: { value: number; scriptPubKey: { hex: string } }[] }[]
  }
  const { value, scriptPubKey } = tx[0]!.vout[0]!
  return { txid: tx[0]!.txid, vout: 0, address, scriptPubKey: scriptPubKey.hex, amount: value }
}

const spend = ({ txid, vout }: Coin): Promise<string> =>
  node.json('createrawtransaction', [{ txid, vout }], { [OPEN_ADDRESS]: 0.01 }) as Promise<string>

async function isAccepted(hex: string): Promise<boolean> {
  return ((await node.json('testmempoolaccept', [hex], 0)) as { allowed: boolean }[])[0]!.allowed
}

test.each([`pkh(${KEYS[0]!})`, `wpkh(${KEYS[0]!})`, `rawtr(${KEYS[0]!.slice(2)})`])(
  'a coin of %s is signed for with its key alone',
  async (descriptor) => {
    const coin = await mineTo(await addressOf(descriptor))
    const raw = await spend(coin)
    const refused = await sign(raw, [WIFS[1]!])
    expect(refused.complete).toBe(false)
    expect(refused.errors).toHaveLength(1)
    const signed = await sign(raw, [WIFS[0]!])
    expect(signed).toMatchObject({ complete: true })
    expect(signed).not.toHaveProperty('errors')
    expect(await isAccepted(signed.hex)).toBe(true)
  },
)

// What wraps the script, and under which names its parts are handed over.
test.each([
  ['legacy', 'redeemScript'],
  ['p2sh-segwit', 'witnessScript'],
  ['bech32', 'witnessScript'],
])('copies of a %s multisig spend that were signed apart are combined', async (type, field) => {
  const made = (await node.json('createmultisig', 2, KEYS, type)) as { address: string; redeemScript: string }
  const coin = await mineTo(made.address)
  const { txid, vout, scriptPubKey, amount } = coin
  const given = [{ txid, vout, scriptPubKey, amount, [field]: made.redeemScript }]
  const raw = await spend(coin)
  const [first, third] = [await sign(raw, [WIFS[0]!], given), await sign(raw, [WIFS[2]!], given)]
  expect([first.complete, third.complete]).toEqual([false, false])
  expect(first.errors![0]!.error).toBe(
    'CHECK(MULTI)SIG failing with non-zero signature (possibly need more signatures)',
  )

  const combined = (await node.json('combinerawtransaction', [third.hex, first.hex])) as string
  const together = await sign(raw, [WIFS[2]!, WIFS[0]!], given)
  expect(together.complete).toBe(true)
  expect(combined).toBe(together.hex)
  expect(await isAccepted(combined)).toBe(true)
  // One after the other comes to the same.
  expect(await sign(first.hex, [WIFS[2]!], given)).toEqual({ hex: combined, complete: true })
})

test('a coin that the pool spends can be signed for again', async () => {
  const coin = await mineTo(await addressOf(`wpkh(${KEYS[0]!})`))
  const first = await sign(await spend(coin), [WIFS[0]!])
  await node.json('sendrawtransaction', first.hex, 0)
  const replacement = (await node.json('createrawtransaction', [{ txid: coin.txid, vout: 0 }], {
    [OPEN_ADDRESS]: 0.009,
  })) as string
  expect(await sign(replacement, [WIFS[0]!])).toMatchObject({ complete: true })
  const psbt = (await node.json('converttopsbt', replacement)) as string
  const updated = (await node.json('utxoupdatepsbt', psbt)) as string
  expect(await node.json('decodepsbt', updated)).toMatchObject({ inputs: [{ witness_utxo: {} }] })
})

test('scripts and outputs that do not belong together are refused', async () => {
  const made = (await node.json('createmultisig', 2, KEYS, 'bech32')) as { address: string; redeemScript: string }
  const coin = await mineTo(made.address)
  const { txid, vout, scriptPubKey, amount } = coin
  const raw = await spend(coin)
  const failure = (more: JsonObject): Promise<string> =>
    node.failure('signrawtransactionwithkey', raw, [WIFS[0]!], [{ txid, vout, scriptPubKey, amount, ...more }])
  expect(await failure({})).toBe('-8 Missing redeemScript/witnessScript')
  expect(await failure({ witnessScript: '51' })).toBe('-8 redeemScript/witnessScript does not match scriptPubKey')
  expect(await failure({ scriptPubKey: '51' })).toMatch(/^-22 Previous output scriptPubKey mismatch:/)
  expect(await failure({ vout: -1 })).toBe('-22 vout cannot be negative')
  expect(await node.failure('signrawtransactionwithkey', raw, ['x'])).toBe('-5 Invalid private key')
  expect(await node.failure('signrawtransactionwithkey', raw, [], [], 'SOME')).toContain(
    'not a valid sighash parameter',
  )
})

test('only copies of one transaction with known coins are combined', async () => {
  const coin = await mineTo(OPEN_ADDRESS)
  const unknown = { ...coin, txid: 'ab'.repeat(32) }
  const [raw, other] = [await spend(coin), await spend(unknown)]
  const failure = (...list: string[]): Promise<string> => node.failure('combinerawtransaction', list)
  expect(await failure(raw)).toContain('At least two transactions required')
  expect(await failure(raw, 'zz')).toContain('TX decode failed for tx 1')
  expect(await failure(raw, other)).toContain('Transaction number 2 not compatible with first transaction')
  expect(await failure(other, other)).toBe('-25 Input not found or already spent')
})

test('an unsigned transaction is what was asked for', async () => {
  const inputs = [{ txid: 'ab'.repeat(32), vout: 7, sequence: 5 }]
  const make = async (...more: Json[]): Promise<Record<string, unknown>> => {
    const hex = (await node.json(
      'createrawtransaction',
      inputs,
      [{ [OPEN_ADDRESS]: 1 }, { data: '00ff' }],
      ...more,
    )) as string
    return (await node.json('decoderawtransaction', hex)) as Record<string, unknown>
  }
  expect(await make(9, true, 3)).toMatchObject({
    version: 3,
    locktime: 9,
    vin: [{ vout: 7, sequence: 5 }],
    vout: [{ value: 1 }, { value: 0, scriptPubKey: { hex: '6a0200ff' } }],
  })
  const failure = (...params: Json[]) => node.failure('createrawtransaction', ...params)
  expect(await failure(inputs, [{ [OPEN_ADDRESS]: 1 }, { [OPEN_ADDRESS]: 2 }])).toContain('duplicated address')
  expect(await failure(inputs, [{ data: '00' }, { data: '01' }])).toContain('duplicate key: data')
  expect(await failure(inputs, { [OPEN_ADDRESS]: -1 })).toBe('-3 Amount out of range')
  expect(await failure(inputs, { nowhere: 1 })).toBe('-5 Invalid Bitcoin address: nowhere')
  expect(await failure(inputs, {}, -1)).toBe('-8 Invalid parameter, locktime out of range')
  expect(await failure(inputs, {}, 0, true, 4)).toContain('version out of range(1~3)')
  expect(await failure([{ ...inputs[0]!, sequence: 0xffffffff }], {}, 0, true)).toContain(
    'contradict replaceable option',
  )
})
