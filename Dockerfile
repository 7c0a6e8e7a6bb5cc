# Image of the static binary that `packaging/release` made: `just image` prepares dist/image and builds this.
FROM scratch
COPY dist/image/root /
# A volume begins as a copy of this folder, owner included.
COPY --chown=65532:65532 dist/image/data /data

ENV DATABASE_URL=sqlite:///data/liaison.db \
    LIAISON_LISTEN=0.0.0.0:4000 \
    LIAISON_MAIL_DIR=/data/mail \
    LIAISON_LOG_FORMAT=json
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["/usr/bin/liaison", "healthcheck"]
ENTRYPOINT ["/usr/bin/liaison"]
CMD ["serve"]
