import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { STRANGER, TestWallets } from '../test/testWallets.ts'
import { runJsonCommand } from './runCommand.ts'

const XPUB =
  'tpubD6NzVbkrYhZ4WaWSyoBvQwbpLkojyoTZPRsgXELWz3Popb3qkjcJyJUGLnL4qHHoQvao8ESaAstxYSnhyswJ76uZPStJRJCTKvosUCJZL5B'
const XPRV =
  'tprv8ZgxMBicQKsPd7Uf69XL1XwhmjHopUGep8GuEiJDZmbQz6o58LninorQAfcKZWARbtRtfnLcJ5MQ2AtHcQJCCRUcMRvmDUjyEmNUWwx8UbK'
const ORIGIN = '[00000001/84h/1h/0h]'
const DEVICE = { fingerprint: '00000001', type: 'trezor', model: 'trezor_t' }

/** Says what `answers.json` says of a command, and notes in `asked.json` with what it was asked. */
const PROGRAM = `
import { readFileSync, writeFileSync } from 'node:fs'
const input = readFileSync(0, 'utf8')
const words = [...process.argv.slice(2), ...input.split(' ')].filter((word) => word !== '')
const folder = import.meta.dirname
const answers = JSON.parse(readFileSync(folder + '/answers.json', 'utf8'))
const command = words.find((word) => word in answers)
writeFileSync(folder + '/asked.json', JSON.stringify(words))
if (command === undefined) { console.error('unknown command'); process.exit(2) }
console.log(typeof answers[command] === 'string' ? answers[command] : JSON.stringify(answers[command]))
`

let wallets: TestWallets
let answers: Record<string, unknown>
const answer = (more: Record<string, unknown>): Promise<void> => {
  answers = { ...answers, ...more }
  return writeFile(join(wallets.folder, 'answers.json'), JSON.stringify(answers))
}
const call: TestWallets['call'] = (...args) => wallets.call(...args)
const refusal = (code: number, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error

beforeEach(async () => {
  wallets = await TestWallets.start()
  const program = join(wallets.folder, 'signer.mjs')
  await writeFile(program, PROGRAM)
  answers = {}
  const descriptors = (chain: number): string[] => [`wpkh(${ORIGIN}${XPUB}/${chain}/*)`]
  await answer({ enumerate: [DEVICE], getdescriptors: { receive: descriptors(0), internal: descriptors(1) } })
  wallets.signer = `${process.execPath} ${program}`
  await wallets.restart()
})
afterEach(() => wallets.remove())

describe('signers', () => {
  test('are listed once', async () => {
    await answer({ enumerate: [DEVICE, DEVICE, { ...DEVICE, fingerprint: '0000000a', model: 1 }] })
    const signers = [
      { fingerprint: '00000001', name: 'trezor_t' },
      { fingerprint: '0000000a', name: '' },
    ]
    expect(await call(undefined, 'enumeratesigners')).toEqual({ signers })
  })

  test.each([
    [{}, 'expected array of signers'],
    ['{', 'Unable to parse JSON: {'],
    [[{}], 'missing signer fingerprint'],
    [[{ fingerprint: '0000000g' }], 'invalid fingerprint, must be 8 hex characters'],
    [[{ error: 'not connected' }], 'error: not connected'],
    [[{ error: 1 }], 'error'],
  ])('that answer %j are not believed', async (enumerate, words) => {
    await answer({ enumerate })
    await expect(call(undefined, 'enumeratesigners')).rejects.toEqual(refusal(-1, words))
  })

  test('fail as the program does', async () => {
    answers = {}
    await answer({})
    const failed = refusal(-1, 'returned 2: unknown command')
    await expect(call(undefined, 'enumeratesigners')).rejects.toEqual(failed)
    wallets.signer = './no-such-program'
    await wallets.restart()
    const missing = refusal(-1, 'execve failed: No such file or directory')
    await expect(call(undefined, 'enumeratesigners')).rejects.toEqual(missing)
    wallets.signer = undefined
    await wallets.restart()
    await expect(call(undefined, 'enumeratesigners')).rejects.toEqual(
      refusal(-1, 'restart bitcoind with -signer=<cmd>'),
    )
  })

  test('are ended with the node', async () => {
    const stopped = new AbortController()
    const words = [process.execPath, '-e', 'setInterval(() => 0, 1000)']
    const waiting = runJsonCommand({ words, input: '', signal: stopped.signal })
    stopped.abort()
    await expect(waiting).rejects.toEqual(refusal(-1, 'aborted'))
  })
})

const create = (name: string) =>
  call(undefined, 'createwallet', name, true, false, null, false, true, null, true).then(() => name)

describe('a wallet whose keys are in a signer', () => {
  test.each([
    [{ enumerate: [] }, 'No external signers found'],
    [{ enumerate: [DEVICE, { ...DEVICE, fingerprint: '00000002' }] }, 'More than one external signer found'],
    [{ getdescriptors: {} }, 'Unexpected result'],
    [{ getdescriptors: { receive: ['wpkh(x)'], internal: [] } }, 'Invalid descriptor "wpkh(x)"'],
    [{ getdescriptors: { receive: [`wpkh(${XPUB}/0h/*)`], internal: [] } }, 'Invalid descriptor'],
  ])('is not made where the signer says %j', async (wrong, words) => {
    await answer(wrong)
    await expect(create('outside')).rejects.toEqual(refusal(-1, words))
    expect(await call(undefined, 'listwalletdir')).toEqual({ wallets: [] })
  })

  test('has no keys of its own', async () => {
    const withKeys = call(undefined, 'createwallet', 'x', false, false, null, false, true, null, true)
    await expect(withKeys).rejects.toEqual(refusal(-4, 'Private keys must be disabled when using an external signer'))
    const name = await create('outside')
    expect(await call(name, 'getwalletinfo')).toMatchObject({ external_signer: true, private_keys_enabled: false })
    await wallets.restart()
    await call(undefined, 'loadwallet', name)
    const info = await call(name, 'getwalletinfo')
    expect([info['external_signer'], info['flags']]).toEqual([true, expect.arrayContaining(['external_signer'])])
    await expect(call(name, 'sendtoaddress', STRANGER, 1)).rejects.toEqual(refusal(-4, 'use send instead'))
  })

  test('shows addresses on it, which must be the same', async () => {
    const name = await create('outside')
    const address = await call<string>(name, 'getnewaddress')
    await answer({ displayaddress: { address } })
    expect(await call(name, 'walletdisplayaddress', address)).toEqual({ address })
    await answer({ displayaddress: { address: STRANGER } })
    const other = refusal(-1, `Signer echoed unexpected address ${STRANGER}`)
    await expect(call(name, 'walletdisplayaddress', address)).rejects.toEqual(other)
    await answer({ displayaddress: { error: 'no' } })
    await expect(call(name, 'walletdisplayaddress', address)).rejects.toEqual(refusal(-1, 'Signer returned error: no'))
    await expect(call(name, 'walletdisplayaddress', STRANGER)).rejects.toEqual(refusal(-1, 'no ScriptPubKeyManager'))
  })

  test('has it sign', async () => {
    const name = await create('outside')
    await wallets.mine(1, await call<string>(name, 'getnewaddress'))
    await wallets.mine(100)
    const { psbt } = await call<{ psbt: string }>(name, 'walletcreatefundedpsbt', [], [{ [STRANGER]: 1 }])
    // What a device would do, a wallet with the keys does here.
    await call(undefined, 'createwallet', 'device', false, true)
    const text = `wpkh(${ORIGIN}${XPRV}/0/*)`
    const { checksum } = await call<{ checksum: string }>(undefined, 'getdescriptorinfo', text)
    await call('device', 'importdescriptors', [{ desc: `${text}#${checksum}`, timestamp: 'now', range: 5 }])
    const signed = await call<{ psbt: string; hex: string }>('device', 'walletprocesspsbt', psbt)
    await answer({ signtx: { psbt: signed.psbt } })
    const result = await call(name, 'walletprocesspsbt', psbt)
    expect(result).toMatchObject({ complete: true, hex: signed.hex })
    expect(await call(name, 'send', [{ [STRANGER]: 1 }], null, null, null, { add_to_wallet: false })).toMatchObject({
      complete: true,
      hex: signed.hex,
    })
    await answer({ signtx: { error: 'cancelled' } })
    const failed = refusal(-25, 'External signer failed to sign')
    await expect(call(name, 'send', [{ [STRANGER]: 1 }])).rejects.toEqual(failed)
    await answer({ enumerate: [{ ...DEVICE, fingerprint: '00000002' }] })
    await expect(call(name, 'send', [{ [STRANGER]: 1 }])).rejects.toEqual(failed)
    await answer({ enumerate: [] })
    await expect(call(name, 'walletprocesspsbt', psbt)).rejects.toEqual(refusal(-25, 'External signer not found'))
    const txid = await call<string>(name, 'sendrawtransaction', signed.hex)
    await expect(call(name, 'bumpfee', txid)).rejects.toEqual(refusal(-4, 'Try psbtbumpfee instead.'))
  })
})
