import { createTheme } from '@mantine/core'

/** The workstation's theme; values and their measured contrast stand in tokens.css. */
export const theme = createTheme({
  white: '#ffffff',
  black: '#121212',
  primaryColor: 'ac',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: false,
  colors: {
    // 0 text, 2 dimmed, 3 placeholder, 4 edge, 5 hover, 6 control, 7 body, 8 panel, 9 picture
    dark: ['#e6e6e6', '#cccccc', '#b5b5b5', '#979797', '#767676', '#3a3a3a', '#2d2d2d', '#121212', '#1a1a1a', '#000000'],
    ac: ['#eaf2f9', '#cfe1f1', '#b3d0ea', '#8fbbe0', '#6a9fcc', '#3d77ab', '#346a9a', '#28608f', '#1f5078', '#17405f'],
  },
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSmoothing: true,
  fontSizes: { xs: '0.6875rem', sm: '0.75rem', md: '0.8125rem', lg: '0.9375rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4545', sm: '1.3333', md: '1.5385', lg: '1.3333', xl: '1.4' },
  spacing: { xs: '0.25rem', sm: '0.5rem', md: '0.75rem', lg: '1rem', xl: '1.5rem' },
  radius: { xs: '2px', sm: '3px', md: '4px', lg: '6px', xl: '6px' },
  defaultRadius: 'md',
  shadows: { xs: 'none', sm: 'none', md: 'none', lg: 'none', xl: 'none' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.4' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.3333' },
      h3: { fontSize: '0.75rem', lineHeight: '1.3333' },
    },
  },
  breakpoints: { xs: '64em', sm: '80em', md: '85em', lg: '120em', xl: '160em' },
  cursorType: 'default',
  focusRing: 'auto',
  respectReducedMotion: true,
  activeClassName: '',
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'default' } },
    ActionIcon: { defaultProps: { size: 28, variant: 'subtle', color: 'gray' } },
    Tooltip: { defaultProps: { openDelay: 500, transitionProps: { duration: 0 } } },
    Modal: { defaultProps: { transitionProps: { duration: 0 }, overlayProps: { backgroundOpacity: 0.6 } } },
    Menu: { defaultProps: { transitionProps: { duration: 0 } } },
    Select: { defaultProps: { size: 'xs', comboboxProps: { transitionProps: { duration: 0 } } } },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs', transitionDuration: 0 } },
  },
})
