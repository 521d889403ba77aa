import os from 'node:os'
import path from 'node:path'

/** Where the program keeps its own state (recent projects, private copies), by the platform's custom. */
export function defaultDataFolder(environment: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (environment['SALISCOPE_DATA']) return path.resolve(environment['SALISCOPE_DATA'])
  const home = os.homedir()
  if (platform === 'win32')
    return path.join(environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'Saliscope')
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Saliscope')
  return path.join(environment['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share'), 'saliscope')
}
