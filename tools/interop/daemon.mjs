import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Asks again and again until the answer is true; gives up after `seconds`. */
export async function until(what, ask, seconds = 60) {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > deadline) throw new Error(`waited ${seconds} seconds for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** A program that understands bitcoind's command line, on regtest in a folder of its own: bitcoind or plyd. */
export class Daemon {
  #child
  #complaints = ''

  constructor(name, command) {
    this.name = name
    this.command = command
    this.folder = mkdtempSync(join(tmpdir(), `ply-${name}-`))
  }

  async start(...options) {
    this.rpcPort = await freePort()
    this.port = await freePort()
    const fixed = ['-regtest', `-datadir=${this.folder}`, `-rpcport=${this.rpcPort}`, `-bind=127.0.0.1:${this.port}`]
    const quiet = ['-printtoconsole=0', '-dnsseed=0', '-fixedseeds=0', '-listenonion=0', '-connect=0', '-listen=1']
    const [program, ...args] = this.command
    this.#child = spawn(program, [...args, ...fixed, ...quiet, ...options], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child.stderr.on('data', (data) => (this.#complaints += data))
    await until(`${this.name} to start`, async () => {
      if (this.#child.exitCode !== null) throw new Error(`${this.name} did not start: ${this.#complaints}`)
      return this.call('getblockcount').then(
        () => true,
        () => false,
      )
    })
  }

  get pid() {
    return this.#child.pid
  }

  get address() {
    return `127.0.0.1:${this.port}`
  }

  /** Calls a method; rejects with Bitcoin Core's words. */
  async call(method, ...params) {
    const cookie = readFileSync(join(this.folder, 'regtest/.cookie'))
    const response = await fetch(`http://127.0.0.1:${this.rpcPort}/`, {
      method: 'POST',
      headers: { Authorization: `Basic ${cookie.toString('base64')}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const { result, error } = await response.json()
    if (error) throw new Error(`${this.name} ${method}: ${error.message} (${error.code})`)
    return result
  }

  async stop() {
    if (this.#child && this.#child.exitCode === null) {
      await this.call('stop').catch(() => this.#child.kill())
      await once(this.#child, 'exit')
    }
    rmSync(this.folder, { recursive: true, force: true })
  }
}
