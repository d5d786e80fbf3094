// Every built package can be imported by its name in plain Node, has type declarations, and satisfies publint.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { packages, report, root } from './workspace.mjs'

const problems = []
for (const { folder, manifest } of packages()) {
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    const name = manifest.name + subpath.slice(1)
    const file = join(root, folder, target.default)
    if (!existsSync(file)) {
      problems.push(`${name}: ${target.default} was not built`)
      continue
    }
    if (!existsSync(join(root, folder, target.types))) problems.push(`${name}: no ${target.types}`)
    if (folder.startsWith('apps/')) continue
    try {
      const exported = Object.keys(await import(pathToFileURL(file).href))
      if (exported.length === 0 && manifest.name !== '@ply/ports') problems.push(`${name}: exports nothing`)
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : error}`)
    }
  }
  const { messages } = await publint({ pkgDir: join(root, folder), level: 'warning', strict: true, pack: false })
  for (const message of messages)
    problems.push(`${manifest.name}: ${formatMessage(message, manifest, { color: false })}`)
}
// The commands still run after a build: what tsc wrote must not stand where their bundles are.
for (const [command, expected] of [
  ['apps/node/bin/plyd.js', /^plyd \d/],
  ['apps/wallet/bin/ply.js', /^\d+\.\d+/],
]) {
  const { stdout, stderr } = spawnSync(process.execPath, [command, '--version'], { cwd: root, encoding: 'utf8' })
  if (!expected.test(stdout)) problems.push(`${command} --version prints '${stdout}' ${stderr}`)
}
report('dist', problems)
process.exit(0)
