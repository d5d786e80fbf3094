import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TestWallets } from '../test/testWallets.ts'

let wallets: TestWallets
beforeEach(async () => {
  wallets = await TestWallets.start()
})
afterEach(() => wallets.remove())

const call: TestWallets['call'] = (...args) => wallets.call(...args)

test('a wallet that is here has nothing to migrate', async () => {
  await call(undefined, 'createwallet', 'a')
  const already = 'Error: This wallet is already a descriptor wallet'
  await expect(call('a', 'migratewallet')).rejects.toThrow(already)
  await call('a', 'unloadwallet')
  await expect(call(undefined, 'migratewallet', 'a')).rejects.toThrow(already)
  await expect(call(undefined, 'migratewallet', 'b')).rejects.toThrow('Error: Wallet does not exist')
  await expect(call(undefined, 'migratewallet', '../b')).rejects.toThrow('Wallet name')
})

test.each(['62310500', '00053162'])(
  'one in Berkeley DB (%s) is known as such, and left to Bitcoin Core',
  async (magic) => {
    const folder = join(wallets.host.directory, 'old')
    await mkdir(folder, { recursive: true })
    const file = Buffer.alloc(4096)
    file.write(magic, 12, 'hex')
    await writeFile(join(folder, 'wallet.dat'), file)
    await expect(call(undefined, 'migratewallet', 'old')).rejects.toThrow('Migrate this one with Bitcoin Core')
    await expect(call(undefined, 'loadwallet', 'old')).rejects.toThrow('appears to be a Legacy wallet')
  },
)
