import { sats } from '@ply/primitives'
import { createScript } from '@ply/script'
import { PSBT_INPUT, setWitnessUtxo, updatePsbtInput } from '@ply/wallet'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OPEN_ADDRESS, TestNode } from '../../test/testNode.ts'
import { readPsbt, writePsbt } from './psbtText.ts'

interface Vectors {
  readonly invalid: readonly string[]
  readonly invalid_with_msg: readonly (readonly [text: string, message: string])[]
  readonly valid: readonly string[]
  readonly creator: readonly { readonly inputs: object[]; readonly outputs: object[]; readonly result: string }[]
  readonly combiner: readonly { readonly combine: string[]; readonly result: string }[]
  readonly finalizer: readonly { readonly finalize: string; readonly result: string }[]
  readonly extractor: readonly { readonly extract: string; readonly result: string }[]
}

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
  await node.mine(1)
})
afterAll(() => node.remove())

const call = (...params: Parameters<TestNode['json']>): Promise<Record<string, unknown>> =>
  node.json(...params) as Promise<Record<string, unknown>>

const TXID = 'ab'.repeat(32)
const spends = (vout: number) => [{ txid: TXID, vout }]

describe.skipIf(!hasVectors)(hasVectors ? "Bitcoin Core's rpc_psbt.json over RPC" : missingReason, () => {
  const vectors = hasVectors ? (readVectorJson('bitcoin-core/rpc_psbt.json') as Vectors) : undefined
  const numbered = <T>(list: readonly T[] | undefined): (readonly [number, T])[] =>
    (list ?? []).map((item, i) => [i, item] as const)

  test.each(numbered(vectors?.valid))('valid %i is decoded and analyzed', async (_, text) => {
    const decoded = await call('decodepsbt', text)
    expect(decoded['inputs']).toBeInstanceOf(Array)
    expect(['updater', 'signer', 'finalizer', 'extractor']).toContain((await call('analyzepsbt', text))['next'])
  })
  test.each(numbered(vectors?.invalid))('invalid %i is refused', async (_, text) => {
    expect(await node.failure('decodepsbt', text)).toContain('TX decode failed')
  })
  test.each(numbered(vectors?.invalid_with_msg))('invalid %i is refused with its words', async (_, [text, message]) => {
    expect(await node.failure('decodepsbt', text)).toContain(message)
  })
  test.each(vectors?.creator ?? [])('creator', async ({ inputs, outputs, result }) => {
    const made = await node.json('createpsbt', inputs as never, outputs as never, 0, false, 2, 0)
    expect(made).toBe(result)
  })
  test.each(vectors?.combiner ?? [])('combiner', async ({ combine, result }) => {
    const combined = (await node.json('combinepsbt', combine)) as string
    expect(await call('decodepsbt', combined)).toEqual(await call('decodepsbt', result))
  })
  test.each(vectors?.finalizer ?? [])('finalizer', async ({ finalize, result }) => {
    const { psbt, complete } = await call('finalizepsbt', finalize, false)
    expect(complete).toBe(true)
    expect(await call('decodepsbt', psbt as string)).toEqual(await call('decodepsbt', result))
  })
  test.each(vectors?.finalizer ?? [])('joining takes the signatures off', async ({ finalize, result }) => {
    const other = (await node.json('createpsbt', spends(1), {}, 0, true, 2, 0)) as string
    for (const signed of [finalize, result]) {
      const joined = await call('decodepsbt', (await node.json('joinpsbts', [signed, other])) as string)
      const fields = (joined['inputs'] as readonly object[]).flatMap((input) => Object.keys(input))
      expect(fields.filter((name) => /final_script|partial_signatures/.test(name))).toEqual([])
      expect(fields).toContain('witness_utxo')
    }
  })
  const shared = (vectors?.valid ?? []).filter((text) =>
    readPsbt(text).inputs.some((map) => map.some(({ type }) => type === PSBT_INPUT.musig2PartialSig)),
  )
  test.each(numbered(shared))(
    'what participants of an aggregate signed, %i, is kept and finalized',
    async (_, text) => {
      const given = readPsbt(text)
      const made: readonly number[] = [PSBT_INPUT.tapKeySig, PSBT_INPUT.tapScriptSig]
      const signed = { ...given, inputs: given.inputs.map((map) => map.filter(({ type }) => !made.includes(type))) }
      const unsigned = signed.inputs.map((map) => map.filter(({ type }) => type !== PSBT_INPUT.musig2PartialSig))
      const [whole, without] = [writePsbt(signed), writePsbt({ ...signed, inputs: unsigned })]
      expect((await call('analyzepsbt', without))['next']).toBe('updater')
      expect((await call('analyzepsbt', whole))['next']).toBe('finalizer')
      const [input] = (await call('decodepsbt', whole))['inputs'] as readonly Record<string, readonly unknown[]>[]
      expect(input!['musig2_pubnonces']).toHaveLength(3)
      expect(input!['musig2_partial_sigs']).toHaveLength(3)
      expect(input!['musig2_participant_pubkeys']).toMatchObject([{ participant_pubkeys: { length: 3 } }])

      const combined = (await node.json('combinepsbt', [without, whole])) as string
      expect(await call('decodepsbt', combined)).toEqual(await call('decodepsbt', whole))
      const other = (await node.json('createpsbt', spends(1), {}, 0, true, 2, 0)) as string
      const joined = await call('decodepsbt', (await node.json('joinpsbts', [without, other])) as string)
      const names = (joined['inputs'] as readonly object[]).flatMap((one) => Object.keys(one))
      expect(names).toContain('musig2_participant_pubkeys')
      expect(await call('finalizepsbt', combined)).toMatchObject({ complete: true })
    },
  )
  test.each(vectors?.extractor ?? [])('extractor', async ({ extract, result }) => {
    expect(await call('finalizepsbt', extract)).toEqual({ hex: result, complete: true })
  })
})

test('PSBTs of both versions are made, and made of transactions', async () => {
  const raw = (await node.json('createrawtransaction', spends(1), { [OPEN_ADDRESS]: 1 })) as string
  for (const version of [0, 2]) {
    const made = await node.json('createpsbt', spends(1), { [OPEN_ADDRESS]: 1 }, 0, true, 2, version)
    expect(await node.json('converttopsbt', raw, false, true, version)).toBe(made)
    expect(await call('decodepsbt', made as string)).toMatchObject({ psbt_version: version })
  }
  expect(await node.failure('createpsbt', spends(1), {}, 0, true, 2, 1)).toContain('can only be 2 or 0')
})

test('an input whose output anybody may spend needs no signature', async () => {
  const made = readPsbt((await node.json('createpsbt', spends(1), { [OPEN_ADDRESS]: 1 }, 0, true, 2, 0)) as string)
  const output = { value: sats(0), scriptPubKey: createScript([1n]) }
  const psbt = writePsbt(updatePsbtInput(made, 0, (map) => setWitnessUtxo(map, output)))
  const hex = await node.json('createrawtransaction', spends(1), { [OPEN_ADDRESS]: 1 })
  expect(await call('finalizepsbt', psbt)).toEqual({ complete: true, hex })
})

test('PSBTs are joined if they spend different coins, and combined if they are one transaction', async () => {
  const make = (vout: number): Promise<string> =>
    node.json('createpsbt', spends(vout), { [OPEN_ADDRESS]: vout }, 0, true, 2, 0) as Promise<string>
  const [first, second] = [await make(1), await make(2)]
  const joined = await call('decodepsbt', (await node.json('joinpsbts', [first, second])) as string)
  expect([joined['inputs'], joined['outputs']]).toEqual([
    [{}, {}],
    [{}, {}],
  ])
  expect(await node.failure('joinpsbts', [first, first])).toContain(`Input ${TXID}:1 exists in multiple PSBTs`)
  expect(await node.failure('joinpsbts', [first])).toContain('At least two PSBTs')
  expect(await node.failure('combinepsbt', [first, second])).toContain('not compatible (different transactions)')
  expect(await node.failure('combinepsbt', [])).toContain("Parameter 'txs' cannot be empty")
})

const XPRV =
  'tprv8ZgxMBicQKsPd7Uf69XL1XwhmjHopUGep8GuEiJDZmbQz6o58LninorQAfcKZWARbtRtfnLcJ5MQ2AtHcQJCCRUcMRvmDUjyEmNUWwx8UbK'

// Each with the sequence that it needs; the coin is that of the index 3.
test.each([
  [`pkh(${XPRV}/0/*)`, 0xfffffffd],
  [`wpkh(${XPRV}/0/*)`, 0xfffffffd],
  [`sh(wpkh(${XPRV}/1/*))`, 0xfffffffd],
  [`tr(${XPRV}/2/*)`, 0xfffffffd],
  [`wsh(multi(2,${XPRV}/3/*,${XPRV}/4/*))`, 0xfffffffd],
  [`wsh(and_v(v:pk(${XPRV}/5/*),older(1)))`, 1],
  [`tr(${'50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0'},and_v(v:pk(${XPRV}/6/*),older(2)))`, 2],
])('a coin of %s is found, signed and spent with its descriptor', async (text, sequence) => {
  const { checksum } = await call('getdescriptorinfo', text)
  const [address] = (await node.json('deriveaddresses', `${text}#${String(checksum)}`, [3, 3])) as unknown as string[]
  const [block] = (await node.json('generatetoaddress', 1, address!)) as unknown as string[]
  await node.mine(100)
  const [txid] = (await call('getblock', block!))['tx'] as string[]
  const psbt = (await node.json('createpsbt', [{ txid: txid!, vout: 0, sequence }], { [OPEN_ADDRESS]: 0.01 })) as string
  expect(await call('analyzepsbt', psbt)).toMatchObject({ next: 'updater' })

  const { descriptor } = await call('getdescriptorinfo', text)
  const known = [{ desc: descriptor as string, range: 5 }]
  const updated = (await node.json('utxoupdatepsbt', psbt, known)) as string
  // Signatures of taproot are not looked for: nothing is known to be missing.
  expect(await call('analyzepsbt', updated)).toMatchObject({ next: text.startsWith('tr') ? 'updater' : 'signer' })
  expect(await call('descriptorprocesspsbt', psbt, known)).toMatchObject({ complete: false })

  const { complete, hex } = await call('descriptorprocesspsbt', updated, [{ desc: text, range: 5 }])
  expect(complete).toBe(true)
  const [verdict] = (await node.json('testmempoolaccept', [hex as string], 0)) as unknown as { allowed: boolean }[]
  expect(verdict!.allowed).toBe(true)
})
