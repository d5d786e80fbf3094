import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { parseOptions, Plyd } from '@ply/node'

function optionsOf(result: ReturnType<typeof parseOptions>) {
  const parsed = unwrap(result)
  if (parsed.type !== 'run') throw new Error('these options run nothing')
  return parsed.options
}

test('the example of the README', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ply-readme-'))

  const parsed = parseOptions(['--datadir', directory, '--rpcport', '0', '--port', '0', '--automine', 'on'])
  const plyd = await Plyd.start(optionsOf(parsed), { stopRequested: () => undefined, failed: () => undefined })
  const { rpc, cookie, p2p } = plyd.addresses()
  await plyd.stop()

  expect(rpc).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(cookie).toBe(join(directory, 'regtest/.cookie'))
  expect(p2p).toMatch(/^127\.0\.0\.1:\d+$/)
  await rm(directory, { recursive: true })
})
