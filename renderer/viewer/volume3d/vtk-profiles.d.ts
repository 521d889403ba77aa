/** vtk.js ships no types for the modules that only register its OpenGL classes. */
declare module '@kitware/vtk.js/Rendering/OpenGL/Profiles/*.js'
