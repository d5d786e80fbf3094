import { readdir, writeFile } from 'node:fs/promises'

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { usePly } from './plyFixture.ts'

const STRANGER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'

const fixture = usePly()
const { ply, json } = fixture

test('names and locks go to another wallet', async () => {
  const { mnemonic } = await json('create')
  await json('mine', '102')
  const sent = await json('send', STRANGER, '1btc', '--label', 'tea')
  await json('labels', 'set', String(sent['txid']), 'green tea')
  const [coin] = await json('utxo')
  await json('utxo', 'lock', String(coin!['outpoint']))
  const file = (await ply(['labels', 'export'])).stdout
  expect(
    file
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { type: 'tx', ref: sent['txid'], label: 'green tea' },
    { type: 'output', ref: coin!['outpoint'], spendable: false },
  ])
  await ply(['restore', '--wallet', 'again', '--no-passphrase'], { env: { PLY_MNEMONIC: String(mnemonic) } })
  expect((await ply(['labels', 'import', '--wallet', 'again'], { stdin: file })).stdout).toContain('2 taken over')
  expect(await json('history', '--wallet', 'again')).toEqual(
    expect.arrayContaining([expect.objectContaining({ txid: sent['txid'], label: 'green tea' })]),
  )
  expect(await ply(['labels', 'import'], { stdin: '{' })).toMatchObject({ exitCode: 3 })
})

describe('partially signed transactions', () => {
  test.each(['0', '2'])('of version %s are made, signed, finalized and sent', async (version) => {
    await json('create')
    await json('mine', '102')
    const created = await json('psbt', 'create', STRANGER, '0.5btc', '--fee', '2sat/vB', '--psbt-version', version)
    const psbt = String(created['psbt'])
    expect(await json('psbt', 'decode', psbt)).toMatchObject({
      psbt_version: Number(version),
      fee_sat: created['fee_sat'],
      transaction: { outputs: expect.arrayContaining([expect.objectContaining({ address: STRANGER })]) as unknown },
    })
    expect(await ply(['psbt', 'send', psbt, '--yes'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('not complete') as string,
    })
    const signed = await json('psbt', 'sign', psbt)
    expect(signed).toMatchObject({ signed: 1, refused: [], complete: true })
    expect(await json('psbt', 'combine', psbt, String(signed['psbt']))).toMatchObject({ complete: true })
    const final = await json('psbt', 'finalize', String(signed['psbt']))
    expect((await ply(['psbt', 'finalize', String(signed['psbt'])])).stdout.trim()).toBe(final['hex'])
    const other = await json('psbt', 'convert', psbt, '--to', version === '0' ? '2' : '0')
    expect(await ply(['psbt', 'combine', psbt, String(other['psbt'])])).toMatchObject({ exitCode: 1 })
    const outcome = await ply(['psbt', 'send', '-', '--json', '--yes'], { stdin: `${String(signed['psbt'])}\n` })
    const sent = JSON.parse(outcome.stdout) as Record<string, unknown>
    expect([...fixture.node.mempool.keys()]).toEqual([sent['txid']])
    expect(sent['fee_sat']).toBe(created['fee_sat'])
  })

  test('are refused for what they are', async () => {
    await json('create')
    const nonsense = await ply(['psbt', 'decode', 'cHNidP8='])
    expect(nonsense).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('no PSBT') as string })
    // BIP 174's first valid vector: nothing of this wallet.
    const foreign =
      'cHNidP8BAHUCAAAAASaBcTce3/KF6Tet7qSze3gADAVmy7OtZGQXE8pCFxv2AAAAAAD+////AtPf9QUAAAAAGXapFNDFmQPFusKGh2DpD9UhpGZap2UgiKwA4fUFAAAAABepFDVF5uM7gyxHBQ8k0+65PJwDlIvHh7MuEwAAAQD9pQEBAAAAAAECiaPHHqtNIOA3G7ukzGmPopXJRjr6Ljl/hTPMti+VZ+UBAAAAFxYAFL4Y0VKpsBIDna89p95PUzSe7LmF/////4b4qkOnHf8USIk6UwpyN+9rRgi7st0tAXHmOuxqSJC0AQAAABcWABT+Pp7xp0XpdNkCxDVZQ6vLNL1TU/////8CAMLrCwAAAAAZdqkUhc/xCX/Z4Ai7NK9wnGIZeziXikiIrHL++E4sAAAAF6kUM5cluiHv1irHU6m80GfWx6ajnQWHAkcwRAIgJxK+IuAnDzlPVoMR3HyppolwuAJf3TskAinwf4pfOiQCIAGLONfc0xTnNMkna9b7QPZzMlvEuqFEyADS8vAtsnZcASED0uFWdJQbrUqZY3LLh+GFbTZSYG2YVi/jnF6efkE/IQUCSDBFAiEA0SuFLYXc2WHS9fSrZgZU327tzHlMDDPOXMMJ/7X85Y0CIGczio4OFyXBl/saiK9Z9R5E5CVbIBZ8hoQDHAXR8lkqASECI7cr7vCWXRC+B3jv7NYfysb3mk6haTkzgHNEZPhPKrMAAAAAAAAA'
    expect(await ply(['psbt', 'sign', foreign, '--yes', '--no-passphrase'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no input is the wallet') as string,
    })
    expect(await ply(['psbt', 'convert', foreign, '--to', '1'])).toMatchObject({ exitCode: 3 })
    expect((await ply(['psbt', 'decode', foreign])).stdout).toContain('PSBT version')
  })
})

test('of commands that make one wallet at once only one succeeds, and the wallet has its words', async () => {
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => ply(['create', '--no-passphrase', '--json'])))
  const made = outcomes.filter(({ exitCode }) => exitCode === 0)
  expect(made).toHaveLength(1)
  const { address, mnemonic } = JSON.parse(made[0]!.stdout) as { address: string; mnemonic: string }
  expect((await json('receive'))['address']).toBe(address)
  const options = { env: { PLY_MNEMONIC: mnemonic, PLY_WALLET: 'again' } }
  expect((await ply(['restore', '--no-passphrase', '--json'], options)).stdout).toContain(address)
})

test("the lock of a process that died is nobody's, also where it died before it wrote its name", async () => {
  await json('create')
  const folder = join(fixture.datadir, 'regtest/default')
  for (const left of ['', '999999999']) {
    await writeFile(join(folder, '.lock'), left)
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => json('receive', '--new')))
    // Each saw what the one before had done.
    expect(new Set(outcomes.map((outcome) => outcome['address'])).size).toBe(6)
    expect((await readdir(folder)).sort()).toEqual(['seed.json', 'state.json'])
  }
})
