package dev.javelin.server.guard;

import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.ConfigurationException;
import dev.javelin.server.config.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The server's certificate: PEM files, or a PKCS#12 file. */
public final class Tls {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  private Tls() {}

  /** The context for TLS connections; empty if no certificate is set. */
  public static Optional<SSLContext> context(Configuration configuration) {
    boolean pem = configuration.isGiven(Setting.TLS_CERT);
    if (pem != configuration.isGiven(Setting.TLS_KEY)) {
      throw new ConfigurationException("tls-cert and tls-key need each other");
    }
    if (!pem && !configuration.isGiven(Setting.TLS_STORE)) {
      return Optional.empty();
    }
    if (pem && configuration.isGiven(Setting.TLS_STORE)) {
      throw new ConfigurationException("give tls-cert and tls-key, or tls-store, not both");
    }
    char[] password = configuration.text(Setting.TLS_PASSWORD).toCharArray();
    try {
      KeyStore store =
          pem
              ? ofPem(
                  Path.of(configuration.text(Setting.TLS_CERT)),
                  Path.of(configuration.text(Setting.TLS_KEY)),
                  password)
              : ofPkcs12(Path.of(configuration.text(Setting.TLS_STORE)), password);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(keys.getKeyManagers(), null, null);
      return Optional.of(context);
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigurationException(
          "the certificate or its key cannot be used: " + e.getMessage(), e);
    }
  }

  private static KeyStore ofPkcs12(Path file, char[] password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password);
    }
    return store;
  }

  private static KeyStore ofPem(Path certificates, Path key, char[] password)
      throws IOException, GeneralSecurityException {
    List<Certificate> chain = new ArrayList<>();
    try (InputStream in = Files.newInputStream(certificates)) {
      chain.addAll(CertificateFactory.getInstance("X.509").generateCertificates(in));
    }
    if (chain.isEmpty()) {
      throw new ConfigurationException(certificates + ": holds no certificate");
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    PrivateKey privateKey = privateKey(key, chain.getFirst().getPublicKey().getAlgorithm());
    store.setKeyEntry("server", privateKey, password, chain.toArray(Certificate[]::new));
    return store;
  }

  private static PrivateKey privateKey(Path file, String algorithm)
      throws IOException, GeneralSecurityException {
    String text = Files.readString(file);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new ConfigurationException(
          file
              + ": must hold a line '"
              + BEGIN
              + "' (PKCS#8; openssl pkcs8 -topk8 -nocrypt makes one)");
    }
    byte[] bytes = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
  }
}
