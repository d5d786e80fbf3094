import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { FakeNode } from './fakeNode.ts'
import { type Outcome, runPly } from './runPly.ts'

type JsonOutcome = Record<string, unknown> & readonly Record<string, unknown>[]

/** A wallet folder and a node for each test of the file that calls this, and `ply` in front of them. */
export function usePly() {
  const fixture = {
    datadir: '',
    url: '',
    node: new FakeNode(),
    ply: (argv: readonly string[], options: Parameters<typeof runPly>[1] = {}): Promise<Outcome> =>
      runPly(['--datadir', fixture.datadir, ...argv], { ...options, env: { PLY_RPC: fixture.url, ...options.env } }),
    /** Runs a command that must succeed, and reads its JSON. */
    json: async (...argv: string[]): Promise<JsonOutcome> => {
      const outcome = await fixture.ply([...argv, '--json', '--no-passphrase', '--yes'])
      expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
      return JSON.parse(outcome.stdout) as JsonOutcome
    },
  }
  beforeEach(async () => {
    fixture.datadir = await mkdtemp(join(tmpdir(), 'ply-test-'))
    fixture.node = new FakeNode()
    fixture.url = await fixture.node.start()
  })
  afterEach(async () => {
    await fixture.node.stop()
    await rm(fixture.datadir, { recursive: true, force: true })
  })
  return fixture
}
