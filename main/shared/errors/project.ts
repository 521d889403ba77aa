/** Error codes of `project`: code → one paragraph with cause and cure. */
export const projectErrors = {
  'project.node-too-old':
    'The database library needs Node 22 or newer (Node-API 10) and would end the process on an older one. Start the program with `npm start` or `npx saliscope`, which use the Node that ships with it.',
  'project.sqlite-too-old':
    'The SQLite inside the database library is older than 3.51.3, which can damage a file when two connections checkpoint together. Reinstall with `npm ci`.',
  'project.missing':
    'No file lies at the place given. It may have been moved, renamed, or lie on a drive that is not connected. Pick it again.',
  'project.exists': 'A new project is never written over an existing file. Choose another name or folder.',
  'project.unwritable':
    'The folder of the project cannot be written. Choose another folder, or open the project for reading.',
  'project.empty':
    'The file holds no bytes. An empty file is never taken for a new project. Restore it from a backup, or create a project under another name.',
  'project.not-a-project':
    'The file is not a Saliscope project: its first bytes or its application number are those of something else. Nothing in it was changed.',
  'project.newer':
    'The project was written by a newer version of the program. It was left unchanged to the byte; open it with that version or a later one.',
  'project.damaged':
    'The database fails its own consistency check. It was left unchanged. Open the newest backup, named in the message where there is one.',
  'project.foreign-schema':
    'The database holds tables, triggers or views that the program did not make, so it was not opened. Ask whoever made the file.',
  'project.damaged-row':
    'A row does not have the form its schema asks for, so it is not used. The rest of the project works; import or compute the item again.',
  'project.damaged-chunk':
    'A stored block does not have the checksum it was saved with. The item is marked damaged; everything else works. Import or compute it again, or open a backup.',
  'project.recent-work-missing':
    'The file beside the project counts more changes than the project holds, or the project was copied without its journal: recent work is missing. Open the last backup, open as it is, or save a copy.',
  'project.locked':
    'Another running program has the project open for writing. The message names it. Close it there, or work with this one read-only.',
  'project.locked-elsewhere':
    'A lock left by another computer lies beside the project. If nobody works with it there, open again and take the lock over.',
  'project.read-only':
    'The project is open for reading only, so nothing in it can be changed. The reason stands in its header.',
  'project.closed': 'The project has been closed. Open it again.',
  'project.moved':
    'The project file was moved, deleted or replaced while it was open. Writing has stopped, so that nothing is lost unseen; save a copy under a new name.',
  'project.full': 'The disk is full. Everything acknowledged before is kept. Make room and repeat the step.',
  'project.write-inside-write':
    'A write was started inside another one. This is a fault of the program; nothing was changed.',
  'project.migration':
    'The project could not be brought to this version. The file is as it was before; the backup made beforehand is named in the message.',
  'project.backup': 'The backup could not be written or did not pass its check. The project itself is unharmed.',
  'project.not-found': 'The project holds no item of this id. It may have been deleted; reload the list.',
  'project.duplicate': 'An item with the same identity is in the project already.',
  'project.in-use': 'The item cannot be deleted while others are made from it. Delete those first.',
  'project.invalid': 'A value to be stored does not have the form its schema asks for; the message names it.',
  'project.stroke-order':
    'A stroke arrived out of order: its number is not the next one. The mask was left as it was; read it again and repeat the stroke.',
  'project.stroke-shape':
    'A stroke does not fit its mask: the box lies outside the image, or the number of voxels is not that of the box.',
} as const
