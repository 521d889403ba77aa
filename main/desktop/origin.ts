/** The address of the desktop's one origin. */
export const ORIGIN = 'app://saliscope'
