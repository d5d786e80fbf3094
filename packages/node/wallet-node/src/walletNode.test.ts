import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createWalletMethods } from './rpc/table.ts'
import { STRANGER, TestWallets } from './test/testWallets.ts'

let wallets: TestWallets
beforeEach(async () => {
  wallets = await TestWallets.start()
})
afterEach(() => wallets.remove())

const call: TestWallets['call'] = (...args) => wallets.call(...args)
const refusal = (code: number, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error

test('of every method it is described what it answers', () => {
  const methods = createWalletMethods(wallets.host)
  expect(methods.filter(({ result }) => result === undefined).map(({ name }) => name)).toEqual([])
})

describe('which wallet is meant', () => {
  test('is said by the path, and need not be said of one', async () => {
    await expect(call(undefined, 'getbalance')).rejects.toThrow('No wallet is loaded')
    await expect(call(undefined, 'getbalance')).rejects.toEqual(refusal(-18, ''))
    await call(undefined, 'createwallet', 'a')
    expect(await call(undefined, 'getbalance')).toBe(0)
    await call(undefined, 'createwallet', 'b', true)
    await expect(call(undefined, 'getbalance')).rejects.toEqual(refusal(-19, 'Multiple wallets are loaded'))
    await expect(call('c', 'getbalance')).rejects.toEqual(refusal(-18, 'does not exist or is not loaded'))
    expect(await call(undefined, 'listwallets')).toEqual(['a', 'b'])
    expect(await call('b', 'getwalletinfo')).toMatchObject({ walletname: 'b', private_keys_enabled: false })
    await expect(call('a', 'unloadwallet', 'b')).rejects.toEqual(refusal(-8, 'specify different wallets'))
    expect(await call('b', 'unloadwallet')).toEqual({})
    expect(await call(undefined, 'listwalletdir')).toEqual({
      wallets: [
        { name: 'a', warnings: [] },
        { name: 'b', warnings: [] },
      ],
    })
    await expect(call(undefined, 'createwallet', 'b')).rejects.toEqual(refusal(-4, 'Database already exists'))
    await expect(call(undefined, 'loadwallet', 'a')).rejects.toEqual(refusal(-35, 'already loaded'))
    await expect(call(undefined, 'loadwallet', 'z')).rejects.toEqual(refusal(-18, 'Path does not exist'))
  })
})

describe('names', () => {
  test.each(['../x', 'a/../../x', './x', '/', '..', 'a//../b'])('%s leads nowhere', async (name) => {
    await expect(call(undefined, 'createwallet', name)).rejects.toEqual(refusal(-4, 'Wallet name'))
    await expect(call(undefined, 'loadwallet', name)).rejects.toEqual(refusal(-4, 'Wallet name'))
    await expect(call(undefined, 'restorewallet', name, wallets.folder)).rejects.toEqual(refusal(-4, 'Wallet name'))
  })
})

describe('payments that are asked for at once', () => {
  test('spend different coins', async () => {
    await wallets.fund('a')
    await wallets.mine(2, await call<string>('a', 'getnewaddress'))
    await wallets.mine(100)
    const sent = await Promise.all(
      [1, 2, 3].map(() => call<{ txid: string }>('a', 'send', { [STRANGER]: 30 }, null, null, 5)),
    )
    const spent = new Set<string>()
    for (const { txid } of sent) {
      const { decoded } = await call<{ decoded: { vin: { txid: string }[] } }>('a', 'gettransaction', txid, false, true)
      for (const input of decoded.vin) spent.add(input.txid)
    }
    expect(spent.size).toBe(3)
    expect(await call<string[]>(undefined, 'getrawmempool')).toHaveLength(3)
  })
})

describe('a wallet', () => {
  test('is paid, pays, sees a reorg, and is the same after a restart', async () => {
    await wallets.fund('a')
    await call(undefined, 'createwallet', 'b')
    expect(await call('a', 'getbalances')).toMatchObject({ mine: { trusted: 50, immature: 0 } })
    const address = await call<string>('b', 'getnewaddress', 'rent', 'bech32m')
    const txid = await call<string>('a', 'sendtoaddress', address, 1.5, 'for May')
    expect(await call('a', 'gettransaction', txid)).toMatchObject({
      amount: -1.5,
      confirmations: 0,
      comment: 'for May',
    })
    expect(await call('b', 'getbalances')).toMatchObject({ mine: { trusted: 0, untrusted_pending: 1.5 } })
    await wallets.mine(1)
    expect(await call('b', 'listtransactions')).toMatchObject([
      { category: 'receive', amount: 1.5, label: 'rent', confirmations: 1, txid },
    ])
    await call(undefined, 'reorg', 1, 2, STRANGER)
    const before = await Promise.all(['a', 'b'].map((name) => call(name, 'listsinceblock')))
    expect(await call('b', 'gettransaction', txid)).toMatchObject({ confirmations: 0, trusted: false })
    await wallets.restart()
    await call(undefined, 'loadwallet', 'a')
    await call(undefined, 'loadwallet', 'b')
    expect(await Promise.all(['a', 'b'].map((name) => call(name, 'listsinceblock')))).toEqual(before)
    expect(await call('b', 'getreceivedbyaddress', address, 0)).toBe(1.5)
    expect(await call('b', 'getnewaddress', '', 'bech32m')).not.toBe(address)
  })

  test('catches up with blocks that came while it was away', async () => {
    await wallets.fund('a')
    const address = await call<string>('a', 'getnewaddress')
    await call('a', 'unloadwallet')
    await wallets.mine(1, address)
    await call(undefined, 'reorg', 1, 1 + 1, address)
    await wallets.mine(100)
    await call(undefined, 'loadwallet', 'a')
    expect(await call('a', 'getbalance')).toBe(150)
  })

  test('keeps its keys sealed, and opens them for as long as was said, by the clock', async () => {
    await wallets.fund('a')
    await call('a', 'encryptwallet', 'correct horse')
    await expect(call('a', 'sendtoaddress', STRANGER, 1)).rejects.toEqual(refusal(-13, 'Please enter the wallet'))
    await expect(call('a', 'walletpassphrase', 'correct horse\0', 10)).rejects.toEqual(refusal(-14, 'null character'))
    await expect(call('a', 'walletpassphrase', 'battery', 10)).rejects.toEqual(refusal(-14, 'incorrect'))
    await wallets.restart()
    await call(undefined, 'loadwallet', 'a')
    wallets.clock.setMockTime(2_000_000_000_000)
    await call('a', 'walletpassphrase', 'correct horse', 10)
    expect(await call('a', 'getwalletinfo')).toMatchObject({ unlocked_until: 2_000_000_010 })
    expect(await call('a', 'sendtoaddress', STRANGER, 1)).toMatch(/^[0-9a-f]{64}$/)
    wallets.clock.setMockTime(2_000_000_010_000)
    await expect(call('a', 'sendtoaddress', STRANGER, 1)).rejects.toEqual(refusal(-13, ''))
    expect(await call('a', 'getwalletinfo')).toMatchObject({ unlocked_until: 0 })
    await call('a', 'walletpassphrasechange', 'correct horse', 'battery staple')
    await call('a', 'walletpassphrase', 'battery staple', 10)
    const { descriptors } = await call<{ descriptors: { desc: string }[] }>('a', 'listdescriptors', true)
    expect(descriptors[0]!.desc).toContain('tprv')
    await wallets.stop()
    const folder = join(wallets.folder, 'wallets/a')
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'latin1')))
    const secrets = descriptors.map(({ desc }) => /tprv\w+/.exec(desc)?.[0])
    expect(secrets.filter((secret) => secret === undefined || files.join('').includes(secret))).toEqual([])
    expect(files.join('')).toContain('scrypt')
  })

  test('goes to a file and comes back from it', async () => {
    await wallets.fund('a')
    const file = join(wallets.folder, 'a.backup')
    await call('a', 'backupwallet', file)
    await wallets.mine(1, await call<string>('a', 'getnewaddress'))
    await call(undefined, 'restorewallet', 'again', file)
    expect(await call('again', 'getbalances')).toEqual(await call('a', 'getbalances'))
    await expect(call(undefined, 'restorewallet', 'again', file)).rejects.toEqual(refusal(-36, 'exists'))
  })
})

describe('spending', () => {
  beforeEach(() => wallets.fund('a'))

  test('takes a named coin, leaves locked ones, and knows a coin that is not there', async () => {
    const [coin] = await call<{ txid: string; vout: number }[]>('a', 'listunspent')
    await call('a', 'lockunspent', false, [{ txid: coin!.txid, vout: coin!.vout }])
    await expect(call('a', 'sendtoaddress', STRANGER, 1)).rejects.toEqual(refusal(-6, 'Insufficient funds'))
    expect(await call('a', 'listlockunspent')).toEqual([{ txid: coin!.txid, vout: coin!.vout }])
    const inputs = [{ txid: coin!.txid, vout: coin!.vout }]
    expect(await call('a', 'send', { [STRANGER]: 1 }, null, null, 3, { inputs })).toMatchObject({ complete: true })
    expect(await call('a', 'listlockunspent')).toEqual([])
    const none = [{ txid: '11'.repeat(32), vout: 0 }]
    await expect(call('a', 'send', { [STRANGER]: 1 }, null, null, 3, { inputs: none })).rejects.toEqual(
      refusal(-4, 'Unable to find UTXO for external input'),
    )
  })

  test('replaces a payment that waits, and says which took the place of which', async () => {
    const txid = await call<string>('a', 'sendtoaddress', STRANGER, 1)
    const bumped = await call<{ txid: string; origfee: number; fee: number }>('a', 'bumpfee', txid)
    expect(bumped.fee).toBeGreaterThan(bumped.origfee)
    expect(await call('a', 'gettransaction', txid)).toMatchObject({
      replaced_by_txid: bumped.txid,
      walletconflicts: [bumped.txid],
      mempoolconflicts: [bumped.txid],
    })
    expect(await call('a', 'gettransaction', bumped.txid)).toMatchObject({ replaces_txid: txid })
    await expect(call('a', 'bumpfee', txid)).rejects.toEqual(refusal(-4, 'already bumped'))
    await wallets.mine(1)
    expect(await call('a', 'gettransaction', txid)).toMatchObject({ confirmations: -1 })
    await expect(call('a', 'abandontransaction', txid)).rejects.toEqual(refusal(-5, 'not eligible'))
  })

  test('empties the wallet, with the fee out of what is sent', async () => {
    await call('a', 'sendall', [STRANGER], null, null, 2)
    expect(await call('a', 'getbalance')).toBe(0)
    await expect(call('a', 'sendall', [STRANGER])).rejects.toEqual(refusal(-6, 'too low'))
  })

  test('subtracts the fee from a recipient, and nothing else from the sender', async () => {
    await call('a', 'sendtoaddress', STRANGER, 10, '', '', true)
    expect(await call('a', 'getbalance')).toBe(40)
  })

  test('passes a payment between a watching wallet and one with the keys', async () => {
    const { descriptors } = await call<{ descriptors: { desc: string }[] }>('a', 'listdescriptors')
    await call(undefined, 'createwallet', 'watch', true, true)
    const imports = descriptors.map(({ desc }) => ({
      desc,
      timestamp: 0,
      active: true,
      internal: desc.includes('/1/*'),
    }))
    const results = await call<{ success: boolean }[]>('watch', 'importdescriptors', imports)
    expect(results.every(({ success }) => success)).toBe(true)
    expect(await call('watch', 'getbalance')).toBe(50)
    const { psbt } = await call<{ psbt: string }>('watch', 'walletcreatefundedpsbt', [], { [STRANGER]: 2 })
    expect(await call('watch', 'walletprocesspsbt', psbt)).toMatchObject({ complete: false })
    const signed = await call<{ complete: boolean; hex: string }>('a', 'walletprocesspsbt', psbt)
    expect(signed.complete).toBe(true)
    await call(undefined, 'sendrawtransaction', signed.hex)
    await wallets.mine(1)
    expect(await call<number>('watch', 'getbalance')).toBeCloseTo(48, 3)
  })

  test.each(['legacy', 'p2sh-segwit', 'bech32', 'bech32m'])('signs for %s addresses', async (type) => {
    const address = await call<string>('a', 'getnewaddress', '', type)
    await call('a', 'sendtoaddress', address, 3)
    await wallets.mine(1)
    const [coin] = await call<{ txid: string; vout: number }[]>('a', 'listunspent', 1, 99, [address])
    const inputs = [{ txid: coin!.txid, vout: coin!.vout }]
    const sent = await call<{ txid: string }>('a', 'send', { [STRANGER]: 1 }, null, null, 5, { inputs })
    expect(await call('a', 'gettransaction', sent.txid)).toMatchObject({ amount: -1 })
    expect(await call(undefined, 'getmempoolentry', sent.txid)).toMatchObject({ descendantcount: 1 })
  })
})
