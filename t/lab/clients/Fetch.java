// SPDX-License-Identifier: Apache-2.0
// Fetches URLs with Java's HttpURLConnection, which signs in by itself with the ticket of KRB5CCNAME (JAAS, jaas.conf).
//
// Use: Fetch CA "METHOD URL [BYTES]"...; BYTES is the length of a body. A line for each: the status and the first line of
// the answer, or the exception.
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public class Fetch {
    private static final int DEADLINE = 20_000; // milliseconds

    public static void main(String[] arguments) throws Exception {
        trust(Path.of(arguments[0]));
        for (int i = 1; i < arguments.length; i++) {
            String[] words = arguments[i].split(" ");
            try {
                System.out.println(fetch(words[0], words[1], words.length > 2 ? Integer.parseInt(words[2]) : 0));
            } catch (IOException exception) {
                System.out.println(exception);
            }
        }
    }

    private static void trust(Path authority) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            store.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
    }

    private static String fetch(String method, String url, int length) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        connection.setConnectTimeout(DEADLINE);
        connection.setReadTimeout(DEADLINE);
        connection.setRequestMethod(method);
        if (length > 0) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "text/xml");
            connection.getOutputStream().write(new byte[length]);
        }
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return status + " " + (in == null ? "" : new String(in.readAllBytes()).split("\n")[0].trim());
        }
    }
}
