import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, rmSync, watch } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRpcClient, type Json, type JsonObject, type JsonOutput, type RpcClient } from '@ply/rpc'

/** `apps/node`, from the sources as from a bundle. */
// From its source, or from a bundle beside src.
const here = dirname(fileURLToPath(import.meta.url))
const app = here.slice(0, here.lastIndexOf(`${sep}apps${sep}node${sep}`) + `${sep}apps${sep}node`.length)
const START_TIMEOUT_MS = 60_000

export interface PlydProcessOptions {
  /** Folder of the process: data in `data`, addresses in `config.json`. */
  readonly folder: string
  readonly args?: readonly string[]
}

/** A plyd in a process of its own, as a user runs it. */
export class PlydProcess {
  readonly config: JsonObject
  readonly client: RpcClient
  readonly #child: ChildProcess
  readonly #exited: Promise<number | string>
  readonly #output: string[]

  private constructor(child: ChildProcess, parts: ProcessParts) {
    this.#child = child
    this.#exited = parts.exited
    this.#output = parts.output
    this.config = parts.config
    this.client = createRpcClient({ url: this.rpcUrl, auth: { cookiePath: this.cookiePath } })
  }

  /** Starts plyd and resolves when it is ready. */
  static async start({ folder, args = [] }: PlydProcessOptions): Promise<PlydProcess> {
    const configPath = join(folder, 'config.json')
    await mkdir(folder, { recursive: true })
    rmSync(configPath, { force: true })
    // Another build than the sources' own can be put to the test.
    const plyd = process.env['PLYD'] ?? join(app, 'bin/plyd.js')
    const ports = ['--rpcport', '0', '--port', '0', '--ln-port', '0']
    const all = [plyd, '--datadir', join(folder, 'data'), '--config-out', configPath, ...ports, ...args]
    const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'] })
    const output: string[] = []
    // The banner comes after the configuration, and is whole when it says so.
    const ready = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk) => {
          output.push(String(chunk))
          if (output.join('').endsWith('Ready.\n')) resolve()
        })
      }
    })
    const exited = new Promise<number | string>((resolve) => {
      child.on('exit', (code, signal) => resolve(signal ?? code ?? -1))
    })
    const config = await Promise.race([
      Promise.all([appears(configPath), ready]).then(([found]) => found),
      exited.then((code) => {
        throw new Error(`plyd ended with ${code} before it was ready:\n${output.join('')}`)
      }),
    ])
    return new PlydProcess(child, { exited, output, config })
  }

  get rpcUrl(): string {
    return String(this.config['rpc'])
  }
  get cookiePath(): string {
    return String(this.config['cookie'])
  }
  get p2pAddress(): string {
    return String(this.config['p2p'])
  }
  get output(): string {
    return this.#output.join('')
  }

  call(method: string, ...params: readonly JsonOutput[]): Promise<Json> {
    return this.client.call(method, params)
  }

  /** Ends the process at once; nothing of it runs any more when this resolves. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
    this.client.close()
  }

  /** Asks the process to stop; resolves with its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    this.#child.kill(signal)
    const code = await this.#exited
    this.client.close()
    return code
  }

  exited(): Promise<number | string> {
    return this.#exited
  }
}

interface ProcessParts {
  readonly exited: Promise<number | string>
  readonly output: string[]
  readonly config: JsonObject
}

/** The content of a JSON file that somebody is about to write. */
function appears(path: string): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      let text: string
      try {
        text = readFileSync(path, 'utf8')
      } catch {
        return
      }
      done()
      resolve(JSON.parse(text) as JsonObject)
    }
    const watcher = watch(dirname(path), (_, name) => {
      if (name === basename(path)) look()
    })
    const timer = setTimeout(() => {
      done()
      reject(new Error(`${path} did not appear`))
    }, START_TIMEOUT_MS)
    const done = (): void => {
      watcher.close()
      clearTimeout(timer)
    }
    look()
  })
}
