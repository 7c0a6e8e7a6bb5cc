import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  server: {
    proxy: {
      '/graphql': {
        target: process.env.LIAISON_ORIGIN ?? 'http://127.0.0.1:4000',
        // Subscriptions are WebSockets on the same path.
        ws: true,
        // The server takes the session's cookie only from pages whose origin is the request's `Host`. With `true`, which is
        // also the default of the short form `'/graphql': 'http://…'`, the proxy would send the target's `Host`.
        changeOrigin: false,
      },
    },
  },
});
