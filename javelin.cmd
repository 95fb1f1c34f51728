@echo off
rem Starts Javelin on Windows: finds a Java 25 or newer, builds the program on first use, and runs it.
rem   JAVELIN_JAVA   a JDK folder to use          JAVELIN_JVM   more options for the JVM, e.g. -Xmx4g
setlocal EnableExtensions DisableDelayedExpansion
set "HOME_DIR=%~dp0"
if "%HOME_DIR:~-1%"=="\" set "HOME_DIR=%HOME_DIR:~0,-1%"
set "JDK="

if not defined JAVELIN_JAVA goto :search
call :try "%JAVELIN_JAVA%"
if defined JDK goto :found
>&2 echo javelin: JAVELIN_JAVA=%JAVELIN_JAVA% is not the folder of a Java 25 or newer
exit /b 1

:search
if defined JAVA_HOME call :try "%JAVA_HOME%"
if not defined JDK for /f "delims=" %%J in ('where java 2^>nul') do call :try "%%~dpJ.."
if not defined JDK for /d %%D in ("%ProgramFiles%\Eclipse Adoptium\*" "%ProgramFiles%\Java\*" "%ProgramFiles%\Microsoft\jdk*" "%ProgramFiles%\Zulu\*" "%USERPROFILE%\.jdks\*" "%USERPROFILE%\.sdkman\candidates\java\*") do call :try "%%~D"
if defined JDK goto :found
>&2 echo javelin: no Java 25 or newer found: install one (https://adoptium.net), or set JAVELIN_JAVA to its folder
exit /b 1

:found
set "LIB=%HOME_DIR%\cli\target\javelin\lib"
if exist "%LIB%\javelin-cli.jar" goto :run
where mvn >nul 2>nul
if errorlevel 1 (
  >&2 echo javelin: Maven is needed to build on first use: install it, https://maven.apache.org/install.html
  exit /b 1
)
>&2 echo javelin: building on first use; Maven may download libraries
set "JAVA25_HOME=%JDK%"
pushd "%HOME_DIR%"
call mvn -B -q -P "!checks" -Dmaven.test.skip=true -pl cli -am package <nul 1>&2
set "CODE=%ERRORLEVEL%"
popd
if not "%CODE%"=="0" (
  >&2 echo javelin: the build failed
  exit /b 1
)

:run
"%JDK%\bin\java" --add-exports java.base/jdk.internal.module=dev.javelin.tensor --enable-native-access=dev.javelin.tensor -XX:+UnlockDiagnosticVMOptions -XX:MinInlineFrequencyRatio=0 -Xlog:disable -Xlog:all=warning:stderr %JAVELIN_JVM% -p "%LIB%" -cp "%LIB%\classpath\*" -m dev.javelin.cli %*
exit /b %ERRORLEVEL%

rem Keeps folder %1 in JDK if it is a Java 25 or newer and none was kept before.
:try
if defined JDK exit /b 0
if not exist "%~1\bin\java.exe" exit /b 0
if not exist "%~1\release" exit /b 0
for /f "tokens=2 delims==" %%V in ('findstr /b "JAVA_VERSION=" "%~1\release"') do for /f "tokens=1 delims=." %%M in (%%V) do if %%M GEQ 25 set "JDK=%~1"
exit /b 0
