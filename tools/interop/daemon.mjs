import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRpcClient, freePort, until } from '../daemons/rpcClient.mjs'

/** A program that understands bitcoind's command line, on regtest in a folder of its own: bitcoind or plyd. */
export class Daemon {
  #child
  #client
  #complaints = ''

  constructor(name, command) {
    this.name = name
    this.command = command
    this.folder = mkdtempSync(join(tmpdir(), `ply-${name}-`))
  }

  async start(...options) {
    // A daemon that was killed comes back where it was.
    this.rpcPort ??= await freePort()
    this.port ??= await freePort()
    const fixed = ['-regtest', `-datadir=${this.folder}`, `-rpcport=${this.rpcPort}`, `-bind=127.0.0.1:${this.port}`]
    const quiet = ['-printtoconsole=0', '-dnsseed=0', '-fixedseeds=0', '-listenonion=0', '-connect=0', '-listen=1']
    const [program, ...args] = this.command
    this.#child = spawn(program, [...args, ...fixed, ...quiet, ...options], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child.stderr.on('data', (data) => (this.#complaints += data))
    await until(`${this.name} to start`, async () => {
      if (this.#child.exitCode !== null) throw new Error(`${this.name} did not start: ${this.#complaints}`)
      if (!existsSync(this.#cookiePath)) return false
      this.#client = createRpcClient({ name: this.name, port: this.rpcPort, cookie: this.cookie })
      return this.call('getblockcount').then(
        () => true,
        () => false,
      )
    })
  }

  get #cookiePath() {
    return join(this.folder, 'regtest/.cookie')
  }

  get pid() {
    return this.#child.pid
  }

  get address() {
    return `127.0.0.1:${this.port}`
  }

  /** Calls a method; rejects with Bitcoin Core's words. */
  call(method, ...params) {
    return this.#client.call(method, ...params)
  }

  /** Posts a body as it is; resolves with the status and the text of the answer. */
  post(body, path) {
    return this.#client.exchange(body, path)
  }

  get cookie() {
    return readFileSync(this.#cookiePath)
  }

  /** `kill -9`: it leaves everything as it is. */
  async kill() {
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }

  /** Ends it cleanly; its folder stays. */
  async halt() {
    if (!this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    await this.call('stop').catch(() => this.#child.kill())
    await ended
  }

  async stop() {
    await this.halt()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
