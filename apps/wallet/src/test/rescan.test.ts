import { expect, test } from 'vitest'
import { usePly } from './plyFixture.ts'

const STRANGER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'
/** When the fake node's block at height 0 would have come. */
const START = 1_700_000_000

const fixture = usePly()
const { ply, json } = fixture

/** A wallet with one coin at height 1 and one at height 40 000 seconds later. */
async function prepare(): Promise<string> {
  const { mnemonic, address } = await json('create')
  fixture.node.mine(String(address), 1)
  fixture.node.mine(STRANGER, 60)
  fixture.node.skip(40_000)
  fixture.node.mine(STRANGER, 60)
  fixture.node.mine(String(address), 1)
  return String(mnemonic)
}

test('a restored wallet looks from its birthday on, a height or a date', async () => {
  const words = await prepare()
  const restore = async (wallet: string, birthday: string): Promise<unknown> => {
    const argv = ['restore', '--wallet', wallet, '--birthday', birthday, '--no-passphrase', '--json']
    const outcome = await ply(argv, { env: { PLY_MNEMONIC: words } })
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
    return JSON.parse(outcome.stdout)
  }
  expect(await restore('a', '0')).toMatchObject({ birth_height: 0, height: 122, total_sat: 10_000_000_000 })
  expect(await restore('b', '2')).toMatchObject({ birth_height: 2, height: 122, total_sat: 5_000_000_000 })
  const date = new Date((START + 30_000) * 1000).toISOString()
  const dated = (await restore('c', date)) as Record<string, number>
  // Not a block too late, and not many too early.
  expect(dated['birth_height']).toBeGreaterThan(40)
  expect(dated['birth_height']).toBeLessThanOrEqual(62)
  expect(dated).toMatchObject({ height: 122, total_sat: 5_000_000_000 })
  expect(await restore('d', '2199-01-01')).toMatchObject({ birth_height: 112 })
  expect(await ply(['restore', '--wallet', 'e', '--birthday', 'May'], { env: { PLY_MNEMONIC: words } })).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('2024-05-31') as string,
  })
})

test('a wallet looks again at what it missed, and keeps what is older', async () => {
  const words = await prepare()
  await ply(['restore', '--wallet', 'a', '--birthday', '50', '--no-passphrase'], { env: { PLY_MNEMONIC: words } })
  expect(await json('balance', '--wallet', 'a')).toMatchObject({ total_sat: 5_000_000_000 })
  expect(await json('rescan', '--wallet', 'a')).toEqual({
    from: 0,
    height: 122,
    transactions: 2,
    total_sat: 10_000_000_000,
  })
  expect(await json('rescan', '--wallet', 'a', '--birthday', '100')).toMatchObject({
    from: 100,
    total_sat: 10_000_000_000,
  })
  expect((await ply(['rescan', '--wallet', 'a'])).stdout).toContain('looked at the blocks 0 to 122')
})
