import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// biome-ignore lint/style/noDefaultExport: Vite takes its configuration from a default export
export default defineConfig({
  plugins: [react()],
  build: {
    target: ['chrome120', 'firefox121', 'safari17.4'],
    // a data: URL would need a hole in the content security policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // the bound that counts is of the compressed first load, and a test keeps it
    chunkSizeWarningLimit: 800,
  },
})
